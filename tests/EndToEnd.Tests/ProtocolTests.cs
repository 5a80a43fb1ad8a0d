using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>The prediction protocols at their own paths, through the host.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class ProtocolTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    /// <summary>The setting DefaultModel of the shared app.</summary>
    public const string Model = "protocols";

    private const int Rows = 2_000;

    [Fact]
    public async Task HoldOut_ThroughEveryProtocol_GivesTheSameBits()
    {
        SampleDataSet sample = SampleData.All.Single(sample => sample.Name == "churn");
        SampleFile file = sample.Month(0).Take(Rows);
        await App.PutPipelineAsync(Model, Specs.Trees(sample, rounds: 20));
        Upload upload = await Account.UploadAsync(Model, file.Name, file.ToBytes());
        await App.WaitForCompletionAsync(upload.RunId);
        RunRecord run = await Account.ReadRunAsync(Model, upload.RunId);
        HoldOutScores stored = JsonSerializer.Deserialize(await Account.Storage.Content.ReadAsync(run.HoldOut!.ScoresHash, default), PipelineJson.Default.HoldOutScores)!;
        long[] expected = [.. stored.Scores.Select(BitConverter.DoubleToInt64Bits)];
        JsonObject[] rows = [.. stored.RowNumbers.Select(number => JsonNode.Parse(file.ToPredictionRow((int)number - 1))!.AsObject())];
        JsonObject metadata = (await App.GetAsync($"v2/models/{Model}")).Expect(200);
        Assert.Equal(["1"], metadata.Texts("versions"));
        string[] columns = [.. metadata.Objects("inputs").Select(input => input.Text("name"))];

        JsonArray All(Func<JsonObject, JsonNode?> of) => [.. rows.Select(row => of(row)?.DeepClone())];
        JsonArray Values(JsonObject row) => [.. columns.Select(column => row[column]?.DeepClone())];
        var split = new JsonObject { ["dataframe_split"] = new JsonObject { ["columns"] = new JsonArray([.. columns.Select(column => JsonValue.Create(column))]), ["data"] = All(Values) } };
        var inputs = new JsonObject
        {
            ["inputs"] = new JsonArray([.. metadata.Objects("inputs").Select(input =>
            {
                string type = input.Text("datatype") is "INT64" or "BOOL" ? "FP64" : input.Text("datatype");
                JsonArray data = All(row => row[input.Text("name")] switch { null => type == "BYTES" ? "" : null, JsonValue flag when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => flag.GetValue<bool>() ? 1 : 0, { } value => value });
                return new JsonObject { ["name"] = input.Text("name"), ["shape"] = new JsonArray(rows.Length), ["datatype"] = type, ["data"] = data };
            })]),
        };
        foreach ((string path, JsonNode body) in new (string, JsonNode)[]
        {
            ($"api/models/{Model}/predict", All(row => row)),
            ($"v1/models/{Model}:predict", new JsonObject { ["instances"] = All(row => row) }),
            ("invocations", new JsonObject { ["dataframe_records"] = All(row => row) }),
            ("invocations", split),
            ("invocations", new JsonObject { ["inputs"] = new JsonObject(columns.Select(column => KeyValuePair.Create(column, (JsonNode?)All(row => row[column])))) }),
        })
        {
            ApiAnswer answer = await App.PostAsync(path, body);
            Assert.Equal(expected, answer.Expect(200).Objects("predictions").Select(prediction => BitConverter.DoubleToInt64Bits(prediction.Number("probability"))));
            Assert.Equal("1", Assert.Single(answer.Headers.GetValues("x-model-version")));
        }

        foreach (string path in new[] { $"v2/models/{Model}/infer", $"v2/models/{Model}/versions/1/infer" })
        {
            JsonObject answer = (await App.PostAsync(path, inputs)).Expect(200);
            Assert.Equal(expected, answer.Objects("outputs").Single(tensor => tensor.Text("name") == "probability").At("data").AsArray().Select(number => BitConverter.DoubleToInt64Bits(number!.GetValue<double>())));
        }

        string csv = string.Join(',', columns) + "\n" + string.Concat(rows.Select(row => string.Join(',', columns.Select(column => row[column]?.ToString())) + "\n"));
        ApiAnswer byCsv = await App.SendAsync(HttpMethod.Post, "invocations", Encoding.UTF8.GetBytes(csv), null, ("Content-Type", "text/csv"));
        Assert.Equal(expected, byCsv.Expect(200).Objects("predictions").Select(prediction => BitConverter.DoubleToInt64Bits(prediction.Number("probability"))));

        string ndjson = string.Join('\n', rows.Select(row => row.ToJsonString()));
        ApiAnswer byLines = await App.SendAsync(HttpMethod.Post, $"api/models/{Model}/predict", Encoding.UTF8.GetBytes(ndjson), null, ("Content-Type", "application/x-ndjson"));
        Assert.Equal((200, "application/x-ndjson"), (byLines.Status, byLines.ContentType));
        Assert.Equal(expected, Lines(byLines.Text).Select(line => BitConverter.DoubleToInt64Bits(JsonNode.Parse(line)!.Number("probability"))));
        foreach ((string format, string content) in new[] { ("csv", csv), ("ndjson", ndjson) })
        {
            await Account.PutBatchAsync($"{Model}/hold-out.{format}", Encoding.UTF8.GetBytes(content));
            JsonObject job = await App.WaitForBatchAsync((await App.PostAsync($"api/models/{Model}/batch", new JsonObject { ["blob"] = $"{Model}/hold-out.{format}" })).Expect(202).Text("id"));
            Assert.Equal(("completed", rows.Length, 0), (job.Text("status"), job.Integer("predicted"), job.Integer("refused")));
            string[] output = Lines((await App.GetAsync($"api/batches/{job.Text("id")}/output")).Text);
            Assert.Equal(expected, format == "csv"
                ? output.Skip(1).Select(line => BitConverter.DoubleToInt64Bits(double.Parse(line.Split(',')[3], CultureInfo.InvariantCulture)))
                : output.Select(line => BitConverter.DoubleToInt64Bits(JsonNode.Parse(line)!.Number("probability"))));
        }

        // The model's own description can be used as it is.
        JsonObject description = (await App.GetAsync($"api/models/{Model}/openapi.json")).Expect(200);
        JsonNode example = description["paths"]![$"/api/models/{Model}/predict"]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!;
        (await App.PostAsync($"api/models/{Model}/predict", example)).Expect(200);
        Assert.True((await App.GetAsync($"v2/models/{Model}/ready")).Expect(200).Flag("ready"));
        Assert.True((await App.GetAsync($"v2/models/{Model}/versions/1/ready")).Expect(200).Flag("ready"));
        Assert.Contains("row", (await App.PostAsync($"v2/models/{Model}/infer", new JsonObject())).Expect(400).Text("error") + " row", StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Theory]
    [InlineData("v2", "MlServerless")]
    [InlineData("v2/health/live", "true")]
    [InlineData("v2/health/ready", "true")]
    [InlineData("ping", "\n")]
    [InlineData("health", "\n")]
    [InlineData("version", "0.1.0")]
    public async Task Probe_NeedsNoKey(string path, string told)
    {
        ApiAnswer answer = await App.SendAsync(HttpMethod.Get, path, key: "");
        Assert.Equal(200, answer.Status);
        Assert.Contains(told, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_HaveTheFormOfTheProtocol()
    {
        Assert.Contains("no model 'nobody'", (await App.PostAsync("v2/models/nobody/infer", new JsonObject())).Expect(404).Text("error"), StringComparison.Ordinal);
        Assert.Contains("no model 'nobody'", (await App.GetAsync("v2/models/nobody")).Expect(404).Text("error"), StringComparison.Ordinal);
        Assert.Contains("no model 'nobody'", (await App.PostAsync("v1/models/nobody:predict", new JsonObject())).Expect(404).Text("error"), StringComparison.Ordinal);
        (await App.PostAsync("api/models/nobody/predict", new JsonObject())).ExpectProblem(404, "nobody");
        Assert.Equal("BAD_REQUEST", (await App.SendAsync(HttpMethod.Post, "invocations", "x"u8.ToArray(), null, ("Content-Type", "text/html"))).Expect(415).Text("error_code"));
    }
}
