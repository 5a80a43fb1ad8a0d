using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.EndToEnd.Support;

/// <summary>An HTTP answer, read to its end.</summary>
internal sealed record ApiAnswer(string Request, int Status, string? ContentType, HttpResponseHeaders Headers, string Text)
{
    /// <summary>The body, which must be a JSON object.</summary>
    public JsonObject Json => JsonNode.Parse(Text)?.AsObject() ?? throw new JsonException($"{Request} answered '{Text}'.");

    /// <summary>The body of an answer that must have this status.</summary>
    public JsonObject Expect(int status)
    {
        Assert.True(Status == status, $"{Request} answered {Status}, not {status}: {Text}");
        return Json;
    }

    /// <summary>A refusal: problem+json that says what is wrong and how to mend it.</summary>
    /// <param name="told">What the text must name.</param>
    public JsonObject ExpectProblem(int status, params string[] told)
    {
        JsonObject problem = Expect(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        Assert.NotEmpty(problem.Text("title"));
        Assert.NotEmpty(problem.Text("detail"));
        foreach (string text in told)
            Assert.Contains(text, Text, StringComparison.Ordinal);
        return problem;
    }
}
