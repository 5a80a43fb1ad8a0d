using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using MlServerless.EndToEnd.Support;
using MlServerless.Pipelines.Ports;
using MlServerless.Samples;

namespace MlServerless.EndToEnd;

/// <summary>What a team relies on: runs that repeat bit by bit, changes that are found, promotions that do not race, and a way back.</summary>
public sealed class LifecycleTests
{
    private const int Rows = 1_000;
    private static readonly TimeSpan ServedWithin = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Lifecycle_OfEverySample_IsRepeatableWatchedAndReversible()
    {
        await using DevHostProcess host = await DevHostProcess.StartAsync(new DevHostOptions { Name = "lifecycle", Settings = new Dictionary<string, string> { ["MlServerless__Threads"] = "1" } });
        Dictionary<string, JsonObject> runs;
        using (var app = new AppClient(host))
            runs = await TrainAsync(app, new Account(host.Address.Storage));
        await host.StopAsync();
        await host.StartAgainAsync(("MlServerless__Threads", "2"));
        using var again = new AppClient(host);
        foreach ((string name, JsonObject run) in runs)
        {
            JsonObject verification = await VerifyAsync(again, run);
            Assert.True(verification.Text("verdict") == "identical", $"{name}: {verification.ToJsonString()}");
            Assert.True(verification.Integer("stages") >= 5);
        }

        JsonObject churn = runs["churn"];
        var store = new BlobContainerClient(host.Address.Storage, "store");
        await ChangeIsFoundAsync(again, store, churn, churn.Text("model.hash"), "train", "model");
        JsonObject data = (await again.GetAsync($"api/dataversions/{churn.Text("dataVersion")}")).Expect(200);
        await ChangeIsFoundAsync(again, store, churn, data.Objects("manifest.files")[0].Objects("parts")[0].Text("hash"), "ingest", "part");

        await RollbackIsServedAsync(host, again);
        await OneOfTwoPromotionsWinsAsync(again);
        await TamperedEntryIsFoundAsync(host, again);
    }

    private static async Task<Dictionary<string, JsonObject>> TrainAsync(AppClient app, Account account)
    {
        var runs = new Dictionary<string, JsonObject>();
        foreach (SampleDataSet sample in SampleData.All)
        {
            await app.PutPipelineAsync(sample.Name, Specs.Of(sample));
            Upload upload = await account.UploadAsync(sample.Name, sample.Month(0).Name, sample.Month(0).Take(Rows).ToBytes());
            runs[sample.Name] = await app.WaitForCompletionAsync(upload.RunId);
        }

        return runs;
    }

    private static async Task<JsonObject> VerifyAsync(AppClient app, JsonObject run)
    {
        JsonObject accepted = (await app.PostAsync($"api/runs/{run.Text("id")}/verify", [])).Expect(202);
        return (await app.WaitForCompletionAsync(accepted.Text("runId"))).At("verification").AsObject();
    }

    private static async Task ChangeIsFoundAsync(AppClient app, BlobContainerClient store, JsonObject run, string hash, string stage, string what)
    {
        BlobClient blob = store.GetBlobClient($"sha256/{hash[..2]}/{hash}");
        byte[] bytes = (await blob.DownloadContentAsync()).Value.Content.ToArray();
        byte[] changed = [.. bytes];
        changed[bytes.Length / 2] ^= 1;
        await blob.UploadAsync(BinaryData.FromBytes(changed), overwrite: true);
        JsonObject verification = await VerifyAsync(app, run);
        await blob.UploadAsync(BinaryData.FromBytes(bytes), overwrite: true);
        Assert.Equal("damaged", verification.Text("verdict"));
        Assert.Equal((stage, what, hash), (verification.Text("difference.stage"), verification.Text("difference.what"), verification.Text("difference.expected")));
        Assert.Equal("identical", (await VerifyAsync(app, run)).Text("verdict"));
    }

    /// <summary>With the age of aliases that users have.</summary>
    private static async Task RollbackIsServedAsync(DevHostProcess host, AppClient app)
    {
        string tried = (await app.PostAsync("api/pipelines/churn/experiments", new JsonObject { ["spec"] = Specs.Quick(SampleData.Churn) })).Expect(202).Text("runId");
        Assert.Equal(2, (await app.WaitForCompletionAsync(tried)).Integer("model.version"));

        // The gates of the sample may ask for more than so few rows can give.
        if ((await app.GetAsync("api/models/churn/aliases/champion")).Status == 404)
            (await PutAsync(app, 1, null)).Expect(201);
        (await PutAsync(app, 2, await ETagAsync(app))).Expect(200);
        byte[] row = SampleData.Churn.Month(2).ToPredictionRow(0);
        await WaitForVersionAsync(app, row, 2);
        int process = host.Output.App.Process;
        (await app.PostAsync("api/models/churn/rollback", new JsonObject { ["who"] = "ada", ["why"] = "complaints" })).Expect(200);
        await WaitForVersionAsync(app, row, 1);
        Assert.Equal(process, host.Output.App.Process);
    }

    private static async Task WaitForVersionAsync(AppClient app, byte[] row, int version)
    {
        DateTime limit = DateTime.UtcNow + ServedWithin;
        while (await ServedAsync(app, row) != version)
        {
            Assert.True(DateTime.UtcNow < limit, $"Version {version} was not served within {ServedWithin.TotalSeconds} s.");
            await Task.Delay(100);
        }
    }

    private static async Task<long> ServedAsync(AppClient app, byte[] row) => (await app.PredictAsync("churn", row)).Integer("version");

    private static async Task OneOfTwoPromotionsWinsAsync(AppClient app)
    {
        string etag = await ETagAsync(app);
        int before = (await LogAsync(app)).Count;
        ApiAnswer[] answers = await Task.WhenAll(PutAsync(app, 2, etag), PutAsync(app, 2, etag));
        Assert.Equal([200, 412], answers.Select(answer => answer.Status).Order());
        answers.Single(answer => answer.Status == 412).ExpectProblem(412);
        Assert.Equal(before + 1, (await LogAsync(app)).Count);
        Assert.True((await app.GetAsync("api/models/churn/history/verify")).Expect(200).Flag("intact"));
    }

    private static async Task TamperedEntryIsFoundAsync(DevHostProcess host, AppClient app)
    {
        IRowTable registry = new Account(host.Address.Storage).Storage.Registry;
        Row row = (await registry.FindAsync("churn", "log:0000000002", CancellationToken.None))!;
        JsonObject entry = JsonNode.Parse(row.Json)!.AsObject();
        entry["why"] = "nobody complained";
        await registry.PutAsync(row with { Json = entry.ToJsonString() }, CancellationToken.None);
        JsonObject found = (await app.GetAsync("api/models/churn/history/verify")).Expect(200);
        Assert.False(found.Flag("intact"));
        Assert.Contains(found.Objects("faults"), fault => fault.Integer("sequence") == 2 && fault.Texts("fields").SequenceEqual(["why"]));
    }

    private static async Task<IReadOnlyList<JsonObject>> LogAsync(AppClient app) => (await app.GetAsync("api/models/churn/history")).Expect(200).Objects("history");

    private static async Task<string> ETagAsync(AppClient app) => (await app.GetAsync("api/models/churn/aliases/champion")).Headers.ETag!.Tag;

    private static Task<ApiAnswer> PutAsync(AppClient app, int version, string? etag) => app.SendAsync(
        HttpMethod.Put, "api/models/churn/aliases/champion", System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["version"] = version, ["who"] = "ada", ["why"] = "a race" }.ToJsonString()), null, etag is null ? [] : [("If-Match", etag)]);
}
