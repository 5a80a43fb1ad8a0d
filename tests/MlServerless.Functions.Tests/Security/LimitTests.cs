using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Specs;
using MlServerless.Soak;
using MlServerless.Soak.Fuzz;

namespace MlServerless.Functions.Tests.Security;

/// <summary>Every limit of docs/threat-model.md that a caller can reach: what is at it is taken, what is past it is refused, and says how much is allowed.</summary>
public sealed class LimitTests(LimitTests.RunningApp running) : IClassFixture<LimitTests.RunningApp>
{
    private const string Row = """{"x":1,"c":"a"}""";
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>Name, largest, status past it. The body or path of each is made by <see cref="AskAsync"/>.</summary>
    public static TheoryData<string, int, int> Limits => new()
    {
        { "rows", 100_000, 413 },
        { "rows of V1", 100_000, 413 },
        { "rows of V2", 100_000, 413 },
        { "rows of CSV", 100_000, 413 },
        { "rows of a data frame", 100_000, 413 },
        { "rows that are explained", 1_000, 400 },
        { "nesting of rows", 32, 400 },
        { "nesting of a spec", 16, 400 },
        { "nesting of a command", 16, 400 },
        { "nesting of feedback", 8, 400 },
        { "characters of a pipeline's name", 63, 400 },
        { "characters of an alias", 63, 400 },
        { "candidates", 64, 400 },
        { "trials", 64, 400 },
        { "characters of a candidate's name", 40, 400 },
        { "rules", 100, 400 },
        { "consumers", 64, 400 },
        { "slices", 20, 400 },
        { "characters of a description", 4_000, 400 },
        { "days of a window", 3_650, 400 },
        { "keys of an erasure", 1_000, 400 },
        { "bytes of an erasure's keys", 200_000, 400 },
        { "characters of an erasure's who", 200, 400 },
        { "characters of an erasure's reason", 1_000, 400 },
        { "entries of feedback", 10_000, 413 },
        { "tags", 50, 400 },
        { "characters of a tag's name", 64, 400 },
        { "characters of a tag", 256, 400 },
        { "characters of notes", 10_000, 400 },
        { "characters of who", 200, 400 },
        { "characters of why", 2_000, 400 },
        { "characters of an idempotency key", 200, 400 },
        { "models listed", 500, 400 },
        { "versions listed", 500, 400 },
        { "runs listed", 500, 400 },
        { "data versions listed", 200, 400 },
        { "alerts listed", 1_000, 400 },
        { "entries of a history listed", 500, 400 },
        { "batches listed", 500, 400 },
        { "windows of a comparison", 366, 400 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Limit_AtIt_IsTaken_AndPastIt_IsRefused(string name, int most, int refusal)
    {
        (int status, string answer) = await AskAsync(name, most);
        Assert.True(status < 500 && !IsRefusalOf(name, most, status, refusal, answer), $"{most} {name}: {status} {answer[..Math.Min(500, answer.Length)]}");
        (status, answer) = await AskAsync(name, most + 1);
        Assert.True(status == refusal, $"{most + 1} {name}: {status} {answer[..Math.Min(500, answer.Length)]}");
        Assert.True(IsRefusalOf(name, most, status, refusal, answer), $"{most + 1} {name} are refused for something else: {answer[..Math.Min(500, answer.Length)]}");
    }

    [Fact]
    public void Caller_HeaderOf64KiB_IsRead_AndALongerOneIsNobody()
    {
        const string claim = """{"role_typ":"roles","claims":[{"typ":"roles","val":"read"}]}""";
        string Header(int length) => Convert.ToBase64String(Encoding.UTF8.GetBytes(claim.PadRight(length / 4 * 3)));
        Assert.Equal(["read"], ClientPrincipal.Roles(Header(64 * 1024)));
        Assert.Null(ClientPrincipal.Roles(Header((64 * 1024) + 4)));
    }

    [Fact]
    public void Rule_LengthAndDepth()
    {
        var schema = new DataSchema { Columns = [new ColumnSchema { Name = "amount", Type = ColumnType.Number }] };
        void Parse(string text) => RowRule.Parse("r", text, schema);
        Parse("amount > 0".PadRight(2_000));
        Assert.Contains("2000", Assert.Throws<RuleSyntaxException>(() => Parse("amount > 0".PadRight(2_001))).Message);
        static string Nested(int depth) => new string('(', depth) + "amount > 0" + new string(')', depth);
        Parse(Nested(64));
        Assert.Contains("64", Assert.Throws<RuleSyntaxException>(() => Parse(Nested(65))).Message);
    }

    [Fact]
    public void Upload_ColumnsAndBytesOfARow()
    {
        Assert.Empty(Blocking(Columns(10_000)));
        Assert.Equal([FindingCodes.TooManyColumns], Blocking(Columns(10_001)));

        Assert.Equal((2, 0), Kept(RowOf(8 << 20)));
        Assert.Equal((1, 1), Kept(RowOf((8 << 20) + 1)));

        static byte[] Columns(int count) => Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i}"))) + "\n" + new string(',', count - 1) + "\n");
        static IEnumerable<string> Blocking(byte[] csv)
        {
            DataFormat.Recognize(csv, null, out IReadOnlyList<Finding> findings);
            return findings.Where(finding => finding.Severity == Severity.Blocking).Select(finding => finding.Code);
        }

        // Without its line end.
        static byte[] RowOf(int bytes) => [.. "a,b\n1,2\n3,"u8, .. Enumerable.Repeat((byte)'x', bytes - 2), (byte)'\n'];
        static (long Rows, long Rejected) Kept(byte[] csv)
        {
            DataFormat format = DataFormat.Recognize(csv.AsSpan(0, 1000).ToArray(), null, out _);
            using var stream = new MemoryStream(csv);
            var scan = PartScan.Scan(stream, format, hasHeader: true, null, [], null, CancellationToken.None);
            return (scan.KeptRows, scan.RejectedRows);
        }
    }

    [Fact]
    public void Spec_Bytes()
    {
        byte[] Spec(int bytes) => Encoding.UTF8.GetBytes(SampleModel.Spec.PadRight(bytes));
        SpecParser.Parse(Spec(SpecParser.MaxBytes));
        Assert.Throws<Pipelines.Problems.ProblemException>(() => SpecParser.Parse(Spec(SpecParser.MaxBytes + 1)));
    }

    private static bool IsRefusalOf(string name, int most, int status, int refusal, string answer)
    {
        if (status != refusal)
            return false;
        if (name.StartsWith("nesting", StringComparison.Ordinal))
            return answer.Contains("depth", StringComparison.OrdinalIgnoreCase);
        return answer.Contains(most.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private async Task<(int Status, string Answer)> AskAsync(string name, int count)
    {
        string Many(string item, int times, char separator = ',') => string.Join(separator, Enumerable.Repeat(item, times));
        string Text(int length) => new('a', length);
        string Nested(int depth) => string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth));
        string Numbered(int times, Func<int, string> item) => string.Join(',', Enumerable.Range(0, times).Select(item));
        string Spec(string more) => $$"""{"task":"binary","label":"y","key":["id"],{{more}}"candidates":[{"name":"linear","trainer":"linear"}]}""";
        string Candidates(string candidates) => $$"""{"task":"binary","label":"y","candidates":[{{candidates}}]}""";
        string Actor(string who, string why) => $$"""{"version":1,"who":"{{who}}","why":"{{why}}"}""";
        const string predict = "/api/models/sample/predict", specs = "/api/pipelines/limits", version = "/api/models/sample/versions/1", alias = "/api/models/sample/aliases/challenger";
        return name switch
        {
            "rows" => await SendAsync("POST", predict, $"[{Many(Row, count)}]"),
            "rows of V1" => await SendAsync("POST", "/v1/models/sample:predict", $$"""{"instances":[{{Many(Row, count)}}]}"""),
            "rows of V2" => await SendAsync(
                "POST",
                "/v2/models/sample/infer",
                $$"""{"inputs":[{"name":"x","shape":[{{count}}],"datatype":"FP64","data":[{{Many("1", count)}}]},{"name":"c","shape":[{{count}}],"datatype":"BYTES","data":[{{Many("\"a\"", count)}}]}]}"""),
            "rows of CSV" => await SendAsync("POST", "/invocations", "x,c\n" + Many("1,a", count, '\n') + "\n", "text/csv"),
            "rows of a data frame" => await SendAsync("POST", "/invocations", $$"""{"dataframe_split":{"columns":["x","c"],"data":[{{Many("[1,\"a\"]", count)}}]} }"""),
            "rows that are explained" => await SendAsync("POST", predict + "?explain=true", $"[{Many(Row, count)}]"),

            // An array of one row with a member that no model knows: two levels, and those of the member.
            "nesting of rows" => await SendAsync("POST", predict, $$"""[{"x":1,"c":"a","z":{{Nested(count - 2)}} }]"""),
            "nesting of a spec" => await SendAsync("PUT", specs, Spec($"\"description\":{Nested(count - 1)},")),
            "nesting of a command" => await SendAsync("POST", "/api/pipelines/sample/runs", $$"""{"dataVersion":{{Nested(count - 1)}} }"""),
            "nesting of feedback" => await SendAsync("POST", "/api/models/sample/feedback", Nested(count)),
            "characters of a pipeline's name" => await SendAsync("PUT", "/api/pipelines/" + Text(count), Spec("")),
            "characters of an alias" => await SendAsync("PUT", "/api/models/sample/aliases/" + Text(count), Actor("me", "because")),
            "candidates" => await SendAsync("PUT", specs, Candidates(Numbered(count, i => $$"""{"name":"c{{i}}","trainer":"linear"}"""))),
            "trials" => await SendAsync("PUT", specs, Candidates($$"""{"name":"c","trainer":"linear","search":{"kind":"random","trials":{{count}},"parameters":{"l2":{"min":0.1,"max":1} } } }""")),
            "characters of a candidate's name" => await SendAsync("PUT", specs, Candidates($$"""{"name":"{{Text(count)}}","trainer":"linear"}""")),
            "rules" => await SendAsync("PUT", specs, Spec($$"""
                "checks":{"rules":[{{Numbered(count, i => $$"""{"name":"r{{i}}","expression":"x > {{i}}"}""")}}]},
                """)),
            "consumers" => await SendAsync("PUT", specs, Spec($$"""
                "consumers":[{{Numbered(count, i => $$"""{"name":"c{{i}}"}""")}}],
                """)),
            "slices" => await SendAsync("PUT", specs, Spec($$"""
                "evaluation":{"slices":[{{Numbered(count, i => $"\"s{i}\"")}}]},
                """)),
            "characters of a description" => await SendAsync("PUT", specs, Spec($"\"description\":\"{Text(count)}\",")),
            "days of a window" => await SendAsync("PUT", specs, Spec($$"""
                "data":{"window":"last {{count}} days"},
                """)),
            "keys of an erasure" => await SendAsync("POST", "/api/pipelines/keyed/erasures", $$"""{"keys":[{{Many("""{"id":"c"}""", count)}}]}"""),

            // With brackets and quotation marks: [["…"]].
            "bytes of an erasure's keys" => await SendAsync("POST", "/api/pipelines/keyed/erasures", $$"""{"keys":[{"id":"{{Text(count - 6)}}"}]}"""),
            "characters of an erasure's who" => await SendAsync("POST", "/api/pipelines/keyed/erasures", $$"""{"keys":[{"id":"c"}],"who":"{{Text(count)}}"}"""),
            "characters of an erasure's reason" => await SendAsync("POST", "/api/pipelines/keyed/erasures", $$"""{"keys":[{"id":"c"}],"reason":"{{Text(count)}}"}"""),
            "entries of feedback" => await SendAsync("POST", "/api/models/sample/feedback", $"[{Many("{}", count)}]"),
            "tags" => await TagAsync(count),
            "characters of a tag's name" => await SendAsync("PATCH", version, $$"""{"tags":{"{{Text(count)}}":null} }"""),
            "characters of a tag" => await SendAsync("PATCH", version, $$"""{"tags":{"t0":"{{Text(count)}}"} }"""),
            "characters of notes" => await SendAsync("PATCH", version, $$"""{"notes":"{{Text(count)}}"}"""),
            "characters of who" => await SendAsync("PUT", alias, Actor(Text(count), "because")),
            "characters of why" => await SendAsync("PUT", alias, Actor("me", Text(count))),
            "characters of an idempotency key" => await SendAsync("POST", "/api/pipelines/sample/runs", $$"""{"dataVersion":"{{Hash}}"}""", key: Text(count)),
            "models listed" => await SendAsync("GET", $"/api/models?limit={count}"),
            "versions listed" => await SendAsync("GET", $"/api/models/sample/versions?limit={count}"),
            "runs listed" => await SendAsync("GET", $"/api/runs?limit={count}"),
            "data versions listed" => await SendAsync("GET", $"/api/pipelines/sample/data?limit={count}"),
            "alerts listed" => await SendAsync("GET", $"/api/alerts?limit={count}"),
            "entries of a history listed" => await SendAsync("GET", $"/api/models/sample/history?limit={count}"),
            "batches listed" => await SendAsync("GET", $"/api/models/sample/batches?limit={count}"),
            "windows of a comparison" => await SendAsync("POST", $"/api/models/sample/challengers/1?windows={count}"),
            _ => throw new InvalidOperationException(name),
        };

        async Task<(int, string)> TagAsync(int tags)
        {
            (int status, string answer) = await SendAsync("PATCH", version, $$"""{"tags":{ {{Numbered(tags, i => $"\"t{i}\":\"v\"")}} } }""");
            await SendAsync("PATCH", version, $$"""{"tags":{ {{Numbered(tags, i => $"\"t{i}\":null")}} } }""");
            return (status, answer);
        }
    }

    private async Task<(int Status, string Answer)> SendAsync(string method, string path, string? body = null, string type = "application/json", string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using HttpResponseMessage response = await running.App.Client.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode >= 400)
            Assert.NotNull(JsonNode.Parse(answer));
        return ((int)response.StatusCode, answer);
    }

    /// <summary>One app for all limits, with the pipeline <c>keyed</c>, whose rows have a key.</summary>
    public sealed class RunningApp : IAsyncLifetime
    {
        internal FuzzedApp App { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            App = await FuzzedApp.StartAsync();
            using var spec = new StringContent("""{"task":"binary","label":"y","key":["id"],"candidates":[{"name":"linear","trainer":"linear"}]}""");
            (await App.Client.PutAsync(new Uri("/api/pipelines/keyed", UriKind.Relative), spec)).EnsureSuccessStatusCode();
        }

        public async Task DisposeAsync() => await App.DisposeAsync();
    }
}
