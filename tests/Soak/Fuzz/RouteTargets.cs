using System.Text;
using System.Text.RegularExpressions;

namespace MlServerless.Soak.Fuzz;

/// <summary>Every HTTP route of the app, with hostile names, queries, headers and bodies. A status of 500 or more is a fault, and so is no answer.</summary>
internal static partial class RouteTargets
{
    private static readonly string[] Names = [SampleModel.Name, "late", "1", "champion", "t-0123456789abcdef0123456789abcdef", SampleModel.Run, "e-0123456789abcdef0123456789abcdef", new('a', 64), "x", "%2e%2e", "%00", "a%20b", "%C3%A9", "%FF", "A", new('n', 3000)];
    private static readonly string[] Parameters = ["limit", "after", "version", "pipeline", "state", "format", "key", "at", "status", "since", "metric", "fresh", "mode", "explain", "numbers", "alias", "auc>", "code", "clientId", "dataVersion"];
    private static readonly string[] Headers = ["If-Match", "If-None-Match", "Idempotency-Key", "x-model-version", "Accept", "Content-Type", "traceparent", "X-MS-CLIENT-PRINCIPAL", "Content-Encoding", "Range", "Inference-Header-Content-Length"];

    private static readonly byte[][] Bodies =
    [
        .. new[]
        {
            """{"x":1.5,"c":"a"}""",
            """[{"x":1.5,"c":"a"},{"x":null,"c":"new"}]""",
            """{"inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[1,2]},{"name":"c","shape":[2],"datatype":"BYTES","data":["a","b"]}],"outputs":[{"name":"predict"}]}""",
            """{"instances":[{"x":1,"c":"a"}]}""",
            """{"dataframe_split":{"columns":["x","c"],"data":[[1,"a"]]}}""",
            """{"dataframe_records":[{"x":1,"c":"a"}]}""",
            "x,c\n1,a\n2,b\n",
            """{"dataVersion":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}""",
            """{"keys":[{"id":"c-17"}],"reason":"request"}""",
            """{"version":1,"who":"a","why":"b"}""",
            """{"who":"a","why":"b"}""",
            """{"feedback":[{"id":"AQMAAACgSMUB","label":"yes","at":"2026-01-02T03:04:05Z"}]}""",
            """[{"id":"AQMAAACgSMUB","label":1.5}]""",
            $$"""{"spec":{{SampleModel.Spec}},"dataVersion":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}""",
            """{"mode":"experiment","fresh":true}""",
            """{"tags":{"a":"b"},"notes":"n"}""",
            SampleModel.Spec,
            "",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public static IReadOnlyList<FuzzTarget> All(FuzzedApp app) =>
        [.. HttpRoute.All.Select(route => new FuzzTarget($"{route.Verb} /{route.Trigger.Route}", Bodies, (input, random) => TryAsync(app, route, input, random)))];

    private static async Task<string?> TryAsync(FuzzedApp app, HttpRoute route, byte[] input, FuzzRandom random)
    {
        string path = Hole().Replace("/" + (route.Trigger.Route ?? route.Name), _ => random.Below(3) == 0 ? SampleModel.Name : random.Of(Names));
        for (int i = random.Below(3); i > 0; i--)
            path += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{random.Of(Parameters)}={Uri.EscapeDataString(Encoding.Latin1.GetString(input.AsSpan(0, Math.Min(input.Length, random.Below(40)))))}";
        string method = route.Trigger.Methods.Count == 0 ? "POST" : random.Of(route.Trigger.Methods).ToUpperInvariant();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method != "GET" || random.Below(8) == 0)
            request.Content = new ByteArrayContent(input);
        for (int i = random.Below(4); i > 0; i--)
            AddHeader(request, random.Of(Headers), input, random);
        try
        {
            using HttpResponseMessage response = await app.Client.SendAsync(request);
            byte[] answer = await response.Content.ReadAsByteArrayAsync();
            return Fault(response, answer) is { } fault ? $"{method} {path} {fault}: {(int)response.StatusCode} {Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 400)))}" : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return $"{method} {path}: {exception.Message} {exception.InnerException?.Message}";
        }
    }

    /// <summary>What no answer may do, whatever was asked.</summary>
    private static string? Fault(HttpResponseMessage response, byte[] answer)
    {
        string? type = response.Content.Headers.ContentType?.MediaType;
        return (int)response.StatusCode switch
        {
            >= 500 => "failed",
            >= 400 when answer.Length > 0 && type?.EndsWith("json", StringComparison.Ordinal) != true => "was refused without JSON",
            >= 400 when answer.AsSpan().IndexOf("   at MlServerless"u8) >= 0 => "shows a stack",
            _ when type == "text/html" && !(response.Headers.TryGetValues("Content-Security-Policy", out IEnumerable<string>? policy) && policy.Single().StartsWith("default-src 'none'", StringComparison.Ordinal)) =>
                "gave a page without a strict policy",
            _ => null,
        };
    }

    private static void AddHeader(HttpRequestMessage request, string name, byte[] input, FuzzRandom random)
    {
        string[] usual = ["*", "\"1\"", "W/\"1\"", "1", "text/html", "application/json", "text/csv", "text/csv; charset=utf-16", "gzip", "bytes=0-1", "00-0-0-0", "-1", "99999999999999999999"];
        string value = random.Below(2) == 0 ? random.Of(usual) : new string([.. Encoding.Latin1.GetString(input.AsSpan(0, Math.Min(input.Length, 60))).Where(c => c is >= ' ' and <= '~')]);
        if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();
}
