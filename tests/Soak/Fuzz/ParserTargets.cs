using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Functions.Telemetry;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Uploads;
using MlServerless.Worker;

namespace MlServerless.Soak.Fuzz;

/// <summary>Everything that reads text or bytes from outside, called directly. Each may refuse with the exceptions that it documents, and with no other.</summary>
internal static class ParserTargets
{
    private static readonly DataSchema Declared = new() { Columns = [new ColumnSchema { Name = "amount", Type = ColumnType.Number }, new ColumnSchema { Name = "city", Type = ColumnType.Category }] };

    private static readonly RowRule Rule = RowRule.Parse("positive", "amount > 0", Declared);

    private const string Event = """
        {"subject":"/blobServices/default/containers/incoming/blobs/churn/x.csv","eventType":"Microsoft.Storage.BlobCreated","eventTime":"2026-01-01T00:00:00Z","id":"1","data":{"api":"PutBlob","eTag":"\"0x8D4\"","contentLength":5,"url":"https://a.blob.core.windows.net/incoming/churn/x.csv","sequencer":"01"},"dataVersion":""}
        """;

    private const string Csv = "id,amount,city,when,ok\n1,1.5,Bern,2026-01-02,true\n2,\"2,000\",\"New \"\"York\"\"\",2026-02-03T04:05:06Z,false\n3,,,,\n4,-1e-3,\"a\nb\",x,yes\n";
    private const string Ndjson = "{\"id\":1,\"amount\":1.5,\"city\":\"Bern\",\"a\":{\"b\":[1,2]}}\n{\"id\":2,\"amount\":null,\"city\":\"\\u00e9\"}\n{\"id\":3}\n";

    public static async Task<IReadOnlyList<FuzzTarget>> AllAsync()
    {
        ModelArtifact model = await SampleModel.TrainAsync();
        return
        [
            Of("spec", [SampleModel.Spec, .. SampleSpecs.All], input => SpecParser.Parse(input), typeof(ProblemException)),
            Of("upload event", [Event, $"[{Event}]", Convert.ToBase64String(Encoding.UTF8.GetBytes(Event))], input => UploadEventParser.Parse(Encoding.UTF8.GetString(input)), typeof(JsonException)),
            Of("command", ["""{"kind":"start","run":{"pipeline":"churn","runId":"t-0123456789abcdef0123456789abcdef","attempt":1}}"""], input => Command.Parse(Encoding.UTF8.GetString(input)), typeof(JsonException)),
            Of("trace of a message", [Event, """{"kind":"start","run":{"pipeline":"churn","runId":"t-0123456789abcdef0123456789abcdef","attempt":1}}"""], input => RunTrace.ParentOf(new QueueMessage(Encoding.UTF8.GetString(input), "1", 1))),
            Of("CSV", [Csv, Csv.Replace(',', ';'), Csv.Replace("\n", "\r\n", StringComparison.Ordinal)], input => Scan(input, ndjson: false)),
            Of("NDJSON", [Ndjson], input => Scan(input, ndjson: true)),
            new FuzzTarget("gzip", [Gzip(Csv), Gzip(Ndjson), Gzip(new string('a', 1 << 20))], (input, _) => Try(() => Decode(input), typeof(DecodingException))),
            Of("canonical JSON", [SampleModel.Spec, """{"a":1e21,"b":[0.1,-0,"\u00e9"]}"""], input => CanonicalJson.Canonicalize(input), typeof(JsonException)),
            Of("row rule", ["amount > 0 and city in ('a', 'b')", "not (amount / 2 >= 3.5) or length(city) == 2", "when < '2026-01-01' or amount is null"], input => RowRule.Parse("r", Encoding.UTF8.GetString(input), Declared), typeof(RuleSyntaxException)),
            Of("data schema", [Encoding.UTF8.GetString(Declared.ToCanonicalJson())], input => DataSchema.Parse(input), typeof(JsonException)),
            new FuzzTarget("model artifact", [model.Json.ToArray()], (input, _) => Try(() => ModelArtifact.Parse(input), typeof(InvalidArtifactException))),
            Of("principal header", [Convert.ToBase64String("""{"role_typ":"roles","claims":[{"typ":"roles","val":"read"}]}"""u8)], input => ClientPrincipal.Roles(Encoding.Latin1.GetString(input))),
            Of("window of uploads", ["latest", "all", "last 30 days"], input => _ = WindowSpec.TryParse(Encoding.UTF8.GetString(input), out _)),
        ];
    }

    private static FuzzTarget Of(string name, string[] seeds, Action<byte[]> parse, params Type[] allowed) =>
        new(name, [.. seeds.Select(Encoding.UTF8.GetBytes)], (input, _) => Try(() => parse(input), allowed));

    private static Task<string?> Try(Action parse, params Type[] allowed)
    {
        try
        {
            parse();
            return Task.FromResult<string?>(null);
        }
        catch (Exception exception)
        {
            return Task.FromResult(allowed.Any(type => type.IsInstanceOfType(exception)) ? null : exception.ToString());
        }
    }

    private static void Scan(byte[] input, bool ndjson)
    {
        using var stream = new MemoryStream(input);
        IReadOnlyList<Finding> findings = [];
        DataFormat format = ndjson ? NdjsonFormat.Discover : DataFormat.Recognize(input, null, out findings);
        if (findings.All(finding => finding.Severity != Severity.Blocking))
            PartScan.Scan(stream, format, hasHeader: true, Declared, [Rule], null, CancellationToken.None).ToCanonicalJson();
    }

    private static void Decode(byte[] input)
    {
        using DecodedUploadStream decoded = DecodedUploadStream.OpenAsync(new MemoryStream(input), 8 << 20, CancellationToken.None).GetAwaiter().GetResult();
        byte[] buffer = new byte[64 * 1024];
        while (decoded.Read(buffer) > 0)
        {
        }
    }

    private static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }
}
