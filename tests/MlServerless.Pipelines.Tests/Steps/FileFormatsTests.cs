using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class FileFormatsTests(StorageFixture fixture)
{
    private readonly CheckedRuns runs = new(fixture, new ManualTime(), TestRuns.NewPipeline());

    [Fact]
    public async Task RunAsync_CompressedCsv_IsTheVersionOfWhatItHolds()
    {
        await runs.PutSpecAsync("latest");
        byte[] csv = Encoding.UTF8.GetBytes(CheckedRuns.Rows(1, count: 300));
        RunRecord plain = await runs.RunAsync("plain.csv", csv);
        RunRecord compressed = await runs.RunAsync("a.csv.gz", [.. Gzip(csv[..1000]), .. Gzip(csv[1000..])]);
        Assert.Equal(RunStatus.Running, compressed.Status);
        Assert.Equal((plain.DataVersion, plain.ProfileHash), (compressed.DataVersion, compressed.ProfileHash));
        Assert.Equal(await UndatedReportAsync(plain), await UndatedReportAsync(compressed));
        DataVersionRecord arrival = (await runs.Catalog.FindArrivalAsync(compressed.Pipeline, compressed.DataOrder, CancellationToken.None))!;
        Assert.Equal(csv.Length, arrival.Bytes);
        Assert.True(arrival.Parts > 1);
        Assert.True(arrival.Source.Bytes < csv.Length);
    }

    [Fact]
    public async Task RunAsync_DamagedGzip_IsRejectedAndLeavesNoVersion()
    {
        await runs.PutSpecAsync("latest");
        byte[] whole = Gzip(Encoding.UTF8.GetBytes(CheckedRuns.Rows(1, count: 300)));
        foreach ((string file, byte[] content, string code) in new[]
        {
            ("short.csv.gz", whole[..^9], FindingCodes.CorruptGzip),
            ("more.csv.gz", [.. whole, 1, 2, 3], FindingCodes.CorruptGzip),
            ("bomb.csv.gz", Gzip(new byte[2_000_000]), FindingCodes.DecodedTooLarge),
        })
        {
            RunRecord run = await runs.RunAsync(file, content);
            Assert.Equal(RunStatus.Rejected, run.Status);
            Assert.Equal(((ContentHash?)null, (ContentHash?)null), (run.UploadVersion, run.DataVersion));
            CheckReport report = CheckReport.Parse(await runs.Storage.Content.ReadAsync(run.ReportHash!.Value, CancellationToken.None));
            Assert.Equal(code, Assert.Single(report.Findings).Code);
            Assert.Null(await runs.Catalog.FindArrivalAsync(run.Pipeline, run.DataOrder, CancellationToken.None));
        }
    }

    [Fact]
    public async Task RunAsync_JsonLines_HaveTheProfileOfTheSameRowsAsCsv()
    {
        await runs.PutSpecAsync("latest");
        RunRecord csv = await runs.RunAsync("a.csv", CheckedRuns.Rows(1, count: 300));
        RunRecord json = await runs.RunAsync("a.ndjson", Json(CheckedRuns.Rows(1, count: 300)));
        Assert.Equal(RunStatus.Running, json.Status);
        Assert.NotEqual(csv.DataVersion, json.DataVersion);
        Assert.Equal((csv.SchemaHash, csv.ProfileHash), (json.SchemaHash, json.ProfileHash));
        Assert.Equal(await UndatedReportAsync(csv), await UndatedReportAsync(json));
        DataVersionManifest manifest = await runs.Catalog.ReadManifestAsync(json.DataVersion!.Value, CancellationToken.None);
        Assert.Equal(DataFileKind.Ndjson, Assert.Single(manifest.Files).Kind);
        Assert.True(manifest.Parts.Count > 1);
    }

    /// <summary>Of two equal versions, only the second has findings that were there before.</summary>
    private async Task<byte[]> UndatedReportAsync(RunRecord run)
    {
        CheckReport report = CheckReport.Parse(await runs.Storage.Content.ReadAsync(run.ReportHash!.Value, CancellationToken.None));
        return (report with { Findings = [.. report.Findings.Select(finding => finding with { FirstSeen = null })] }).ToCanonicalJson();
    }

    [Fact]
    public async Task RunAsync_WindowOverBothFormats_HoldsTheRowsOfBoth()
    {
        await runs.PutSpecAsync("all");
        await runs.RunAsync("a.csv", CheckedRuns.Rows(1));
        RunRecord second = await runs.RunAsync("b.ndjson.gz", Gzip(Json(CheckedRuns.Rows(2))));
        Assert.Equal(RunStatus.Running, second.Status);
        CheckReport report = CheckReport.Parse(await runs.Storage.Content.ReadAsync(second.ReportHash!.Value, CancellationToken.None));
        Assert.Equal((24, 0), (report.Rows, report.RejectedRows));
    }

    [Theory]
    [InlineData("x,c,y\n1,a,yes\n", "ndjson", FindingCodes.MalformedJson)]
    [InlineData("", "ndjson", FindingCodes.EmptyFile)]
    [InlineData("{\"x\":1}\n{\"x\":2}\n", "csv", FindingCodes.WrongDelimiter)]
    public async Task RunAsync_FileOfAnotherFormatThanDeclared_IsRejected(string content, string format, string code)
    {
        await runs.PutWholeSpecAsync($$"""{"task":"binary","label":"y","candidates":[{"trainer":"linear"}],"data":{"format":"{{format}}"} }""");
        RunRecord run = await runs.RunAsync("a.txt", content);
        Assert.Equal(RunStatus.Rejected, run.Status);
        CheckReport report = CheckReport.Parse(await runs.Storage.Content.ReadAsync(run.ReportHash!.Value, CancellationToken.None));
        Assert.Contains(code, report.Findings.Where(finding => finding.Severity == Severity.Blocking).Select(finding => finding.Code));
    }

    [Fact]
    public async Task RunAsync_OpaqueFiles_AreVersionsWithHashSizeAndMediaType()
    {
        await runs.PutWholeSpecAsync("""{"data":{"format":"opaque"},"source":{"owner":"camera team"}}""");
        byte[] image = [0x89, .. "PNG\r\n\u001A\n"u8, .. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        RunRecord run = await runs.RunAsync("photo.dat", image);
        Assert.Equal((RunStatus.Completed, null, null), (run.Status, run.ReportHash, run.Model));
        DataVersionRecord arrival = (await runs.Catalog.FindArrivalAsync(run.Pipeline, run.DataOrder, CancellationToken.None))!;
        Assert.Equal(new OpaqueContent("image/png", ContentHash.Of(image)), arrival.Opaque);
        Assert.Equal((run.DataVersion!.Value, image.Length, 5), (arrival.Id, arrival.Bytes, arrival.Parts));
        DataVersionManifest manifest = await runs.Catalog.ReadManifestAsync(arrival.Id, CancellationToken.None);
        Assert.Equal((DataFileKind.Opaque, "image/png"), (manifest.Files[0].Kind, manifest.Files[0].MediaType));
        var stored = new List<byte>();
        foreach (DataPart part in manifest.Parts)
            stored.AddRange(await runs.Storage.Content.ReadAsync(part.Hash, CancellationToken.None));
        Assert.Equal(image, stored);

        // What is compressed stays so, and the name tells what the content does not.
        byte[] zipped = Gzip(image);
        RunRecord second = await runs.RunAsync("sound.MP3", "no signature");
        RunRecord third = await runs.RunAsync("photo.gz", zipped);
        Assert.Equal("audio/mpeg", (await runs.Catalog.FindArrivalAsync(run.Pipeline, second.DataOrder, CancellationToken.None))!.Opaque!.MediaType);
        Assert.Equal(new OpaqueContent("application/gzip", ContentHash.Of(zipped)), (await runs.Catalog.FindArrivalAsync(run.Pipeline, third.DataOrder, CancellationToken.None))!.Opaque);

        // A pipeline of rows says what such a version is.
        await runs.Storage.Specs.TryPutAsync(run.Pipeline, """{"task":"binary","label":"y","candidates":[{"trainer":"linear"}]}"""u8.ToArray(), (await runs.Storage.Specs.FindAsync(run.Pipeline, CancellationToken.None))!.ETag, CancellationToken.None);
        RunRecord requested = await runs.RunAsync((await runs.Starter.RequestAsync(run.Pipeline, run.DataVersion, null, CancellationToken.None)).Ref);
        Assert.Equal(RunStatus.Rejected, requested.Status);
        CheckReport report = CheckReport.Parse(await runs.Storage.Content.ReadAsync(requested.ReportHash!.Value, CancellationToken.None));
        Assert.Equal(FindingCodes.NotText, Assert.Single(report.Findings).Code);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    private static byte[] Json(string csv)
    {
        string[][] rows = [.. csv.TrimEnd('\n').Split('\n').Select(line => line.Split(','))];
        return Encoding.UTF8.GetBytes(string.Concat(rows.Skip(1).Select(row => JsonSerializer.Serialize(new { x = int.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture), c = row[1], y = row[2] }) + "\n")));
    }
}
