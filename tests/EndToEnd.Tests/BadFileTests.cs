using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Files that cannot be trained on end their run with a report that says what, where and how to mend it.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class BadFileTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const string Pipeline = "bad-files";
    private const int Rows = 300;

    [Fact]
    public async Task Upload_OfABadFile_IsRejectedWithAReport()
    {
        JsonObject spec = Specs.Quick(SampleData.Churn);
        await App.PutPipelineAsync(Pipeline, spec);
        JsonObject bare = spec.DeepClone().AsObject();
        bare.Remove("columns");
        await App.PutPipelineAsync("bad-features", bare);
        JsonObject comma = spec.DeepClone().AsObject();
        comma["delimiter"] = ",";
        await App.PutPipelineAsync("bad-delimiter", comma);

        string good = Encoding.UTF8.GetString(SampleData.Churn.Month(0).Take(Rows).ToBytes());
        string[] lines = good.TrimEnd('\n').Split('\n');
        (string Code, string? Column, string Pipeline, byte[] Content)[] files =
        [
            (FindingCodes.EmptyFile, null, Pipeline, []),
            (FindingCodes.HeaderOnly, null, Pipeline, Encoding.UTF8.GetBytes(lines[0] + "\n")),
            (FindingCodes.RaggedRow, null, Pipeline, Text(lines.Select((line, row) => row > 0 && row % 2 == 0 ? line[..line.LastIndexOf(',')] : line))),
            (FindingCodes.WrongDelimiter, null, Pipeline, Text(lines.Select(line => line.Replace(',', '~')))),
            (FindingCodes.WrongDelimiter, null, "bad-delimiter", Text(lines.Select(line => line.Replace(',', ';')))),
            (FindingCodes.MissingLabel, "churned", Pipeline, Text(lines.Select(line => line[..line.LastIndexOf(',')]))),
            (FindingCodes.SingleClass, "churned", Pipeline, Text([lines[0], .. lines.Skip(1).Select(line => line[..line.LastIndexOf(',')] + ",no")])),
            (FindingCodes.NotUtf8, null, Pipeline, Encoding.Latin1.GetBytes(good.Replace("basic", "b\u00e4sic", StringComparison.Ordinal))),
            (FindingCodes.NoUsableFeatures, null, "bad-features", Text(lines.Select(line => line[..line.IndexOf(',')] + line[line.LastIndexOf(',')..]))),
            (FindingCodes.TooFewRows, null, Pipeline, Text(lines.Take(50))),
            (FindingCodes.MissingFeature, "contract", Pipeline, Text(lines.Select((line, row) => row == 0 ? line.Replace("contract", "kontrakt", StringComparison.Ordinal) : line))),
        ];

        Upload[] uploads = await Task.WhenAll(files.Select(file => Account.UploadAsync(file.Pipeline, file.Code + ".csv", file.Content)));
        for (int i = 0; i < files.Length; i++)
            await IsRejectedAsync(uploads[i], files[i].Code, files[i].Column);

        foreach (string pipeline in (string[])[Pipeline, "bad-features", "bad-delimiter"])
        {
            Assert.Equal(404, (await App.GetAsync($"api/models/{pipeline}")).Status);
            Assert.Empty(await Account.KeysAsync(Account.Storage.Registry, pipeline));
            Assert.Empty((await Account.KeysAsync(Account.Storage.Runs, pipeline))["active"]);
        }

        Assert.Equal(0, await Account.CountPoisonAsync());
        // The pipeline is none the worse for it.
        await App.WaitForCompletionAsync((await Account.UploadAsync(Pipeline, "good.csv", Encoding.UTF8.GetBytes(good))).RunId);
    }

    private async Task IsRejectedAsync(Upload upload, string code, string? column)
    {
        JsonObject run = await App.WaitForEndAsync(upload.RunId);
        Assert.True(run.Text("status") == "rejected", run.ToJsonString());
        Assert.True(run.Flag("report.blocking"));
        IReadOnlyList<JsonObject> findings = run.Objects("report.findings");
        JsonObject? finding = findings.FirstOrDefault(finding => finding.Text("code") == code && finding.Text("severity") == "blocking");
        Assert.True(finding is not null, $"No blocking '{code}' is in the report of {upload.Blob}: {run.At("report").ToJsonString()}");
        Assert.NotEmpty(finding.Text("message"));
        if (column is not null)
            Assert.Equal(column, finding.Text("column"));

        Assert.Null(run.Find("error"));
        Assert.Null(run.Find("model"));
        Assert.Empty((await Account.ReadRunAsync(upload.Pipeline, upload.RunId)).OpenSteps);
        Assert.Empty(await Account.CheckpointsAsync(upload.RunId));
    }

    private static byte[] Text(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
}
