using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MlServerless.EndToEnd.Support;

/// <summary>Calls the app and holds every answer against what its OpenAPI document says of the call.</summary>
internal sealed class DocumentedApi
{
    private const int MostFaults = 10;

    private readonly AppClient app;
    private readonly JsonSchemaCheck check;
    private readonly List<(string Verb, string Path, Regex Pattern, JsonObject Operation)> operations = [];

    private DocumentedApi(AppClient app, JsonObject document)
    {
        this.app = app;
        check = new JsonSchemaCheck(document);
        foreach ((string path, JsonNode? item) in document.At("paths").AsObject())
        {
            var pattern = new Regex("^" + Regex.Replace(Regex.Escape(path).Replace("\\{", "{", StringComparison.Ordinal), @"\{\w+}", "[^/:]+") + "$", RegexOptions.CultureInvariant);
            foreach ((string verb, JsonNode? operation) in item!.AsObject())
                operations.Add((verb, path, pattern, operation!.AsObject()));
        }
    }

    /// <summary>Where answers are not as the document says.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What was answered, as <c>get /path 200</c>.</summary>
    public SortedSet<string> Answered { get; } = new(StringComparer.Ordinal);

    /// <summary>Verb and path of every call.</summary>
    public IEnumerable<string> Calls => operations.Select(operation => $"{operation.Verb} {operation.Path}");

    public static async Task<DocumentedApi> ReadAsync(AppClient app) => new(app, (await app.GetAsync("api/openapi.json")).Expect(200));

    public Task<ApiAnswer> GetAsync(string path, int status = 200) => SendAsync(HttpMethod.Get, path, null, status);

    public Task<ApiAnswer> PostAsync(string path, JsonNode? body, int status = 200) => SendAsync(HttpMethod.Post, path, body, status);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, int status, params (string Name, string Value)[] headers)
    {
        string route = "/" + path.Split('?')[0];
        string verb = method.Method.ToLowerInvariant();
        (_, string template, _, JsonObject operation) = operations
            .Where(operation => operation.Verb == verb && operation.Pattern.IsMatch(route))
            .OrderBy(operation => operation.Path.Count(c => c == '{'))
            .First();
        if (body is not null)
            Faults.AddRange(check.Faults(operation.At("requestBody.content").AsObject()["application/json"]!["schema"]!, JsonNode.Parse(body.ToJsonString())).Select(fault => $"{verb} {path}: {fault}"));
        ApiAnswer answer = await app.SendAsync(method, path, body is null ? null : System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), null, headers);
        if (answer.Status != status)
            Faults.Add($"{answer.Request} answered {answer.Status}, not {status}: {answer.Text}");
        JsonNode? response = operation["responses"]![answer.Status.ToString(CultureInfo.InvariantCulture)];
        if (response is null)
            Faults.Add($"The document has no {answer.Status} for {answer.Request}.");
        else if (response["content"] is JsonObject content)
            Hold(answer, content);
        else if (answer.Text.Length > 0)
            Faults.Add($"{answer.Request} answered with a body: {answer.Text}");
        Answered.Add($"{verb} {template} {answer.Status}");
        return answer;
    }

    private void Hold(ApiAnswer answer, JsonObject content)
    {
        if (answer.ContentType is not { } type || !content.ContainsKey(type))
            Faults.Add($"{answer.Request} answered {answer.ContentType}, which is not in {string.Join(", ", content.Select(known => known.Key))}.");
        else if (type.EndsWith("json", StringComparison.Ordinal))
            Faults.AddRange(check.Faults(content[type]!["schema"]!, JsonNode.Parse(answer.Text)).Take(MostFaults).Select(fault => $"{answer.Request} {answer.Status}: {fault}"));
    }
}
