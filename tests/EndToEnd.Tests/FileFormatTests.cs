using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlServerless.Data;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>What may be uploaded besides CSV text.</summary>
[Collection(SharedAppCollection.Name)]
public sealed partial class FileFormatTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    [Fact]
    public async Task Upload_OfCompressedCsvAndOfJsonLines_IsTrainedOnLikeTheCsv()
    {
        byte[] csv = SampleData.Churn.Month(0).Take(400).ToBytes();
        JsonObject spec = Specs.Quick(SampleData.Churn);
        string[] pipelines = ["format-csv", "format-gzip", "format-ndjson"];
        foreach (string pipeline in pipelines)
            await App.PutPipelineAsync(pipeline, spec.DeepClone().AsObject());
        Upload[] uploads =
        [
            await Account.UploadAsync(pipelines[0], "a.csv", csv),
            await Account.UploadAsync(pipelines[1], "a.csv.gz", Gzip(csv)),
            await Account.UploadAsync(pipelines[2], "a.ndjson", Json(csv)),
        ];
        var runs = new List<JsonObject>();
        foreach (Upload upload in uploads)
            runs.Add(await App.WaitForCompletionAsync(upload.RunId));

        Assert.Equal(runs[0].Text("dataVersion"), runs[1].Text("dataVersion"));
        Assert.NotEqual(runs[0].Text("dataVersion"), runs[2].Text("dataVersion"));
        Assert.All(runs, run => Assert.Equal(runs[0].Text("profileHash"), run.Text("profileHash")));
        Assert.Equal(runs[0].Text("model.hash"), runs[1].Text("model.hash"));
    }

    [Fact]
    public async Task Upload_OfADamagedGzip_IsRejectedWithAReport()
    {
        await App.PutPipelineAsync("format-damaged", Specs.Quick(SampleData.Churn));
        JsonObject run = await App.WaitForEndAsync((await Account.UploadAsync("format-damaged", "a.csv.gz", Gzip(SampleData.Churn.Month(0).Take(50).ToBytes())[..^5])).RunId);
        Assert.Equal("rejected", run.Text("status"));
        Assert.Equal(FindingCodes.CorruptGzip, Assert.Single(run.Objects("report.findings")).Text("code"));
        Assert.Null(run.Find("dataVersion"));
    }

    [Fact]
    public async Task Upload_OfAnOpaqueFile_IsAVersionWithoutAModel()
    {
        const string pipeline = "format-opaque";
        await App.PutPipelineAsync(pipeline, new JsonObject { ["data"] = new JsonObject { ["format"] = "opaque" } });
        byte[] image = [0x89, .. "PNG\r\n\u001A\n"u8, 1, 2, 3, 0];
        JsonObject run = await App.WaitForEndAsync((await Account.UploadAsync(pipeline, "photo.png", image)).RunId);
        Assert.True(run.Text("status") == "completed", run.ToJsonString());
        Assert.Null(run.Find("model"));
        ApiAnswer answer = await App.GetAsync($"api/pipelines/{pipeline}/data");
        JsonObject version = Assert.Single(answer.Json.Objects("data"));
        Assert.Equal(run.Text("dataVersion"), version.Text("id"));
        Assert.Equal("image/png", version.Text("opaque.mediaType"));
        Assert.Equal(ContentHash.Of(image).Hex, version.Text("opaque.sha256"));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    /// <summary>The sample's fields may be quoted, but have no line breaks.</summary>
    private static byte[] Json(byte[] csv)
    {
        string[][] rows = [.. Encoding.UTF8.GetString(csv).TrimEnd('\n').Split('\n').Select(line => Field().Matches(line).Select(Text).ToArray())];
        return Encoding.UTF8.GetBytes(string.Concat(rows.Skip(1).Select(row =>
            new JsonObject(rows[0].Zip(row).Select(cell => KeyValuePair.Create(cell.First, (JsonNode?)JsonValue.Create(cell.Second)))).ToJsonString() + "\n")));
    }

    private static string Text(Match field) => field.Groups[1].Success ? field.Groups[1].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : field.Groups[2].Value;

    [GeneratedRegex("(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))")]
    private static partial Regex Field();
}
