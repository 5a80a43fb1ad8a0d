using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

[Collection(SharedAppCollection.Name)]
public sealed class ConcurrentUploadTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const int Files = 10;
    private const int Rows = 600;

    [Fact]
    public async Task Uploads_TenAtOnce_LeaveTheChampionOfTheirSerialOrder()
    {
        JsonObject spec = Specs.Quick(SampleData.Churn);
        await App.PutPipelineAsync("at-once", spec);
        await App.PutPipelineAsync("one-by-one", spec);

        // At the beginning of a second: the serial order is that of the names then, and what is promoted in it is known.
        byte[][] contents = [.. Enumerable.Range(0, Files).Select(Content)];
        await Task.Delay(1_020 - DateTime.UtcNow.Millisecond);
        Upload[] uploads = await Task.WhenAll(Enumerable.Range(0, Files).Select(file => Account.UploadAsync("at-once", Name(file), contents[file])));
        JsonObject[] runs = await Task.WhenAll(uploads.Select(upload => App.WaitForCompletionAsync(upload.RunId)));
        Assert.Equal(Files, (await App.RunsAsync("at-once")).Count);

        foreach (Upload upload in uploads.OrderBy(upload => upload.LastModified).ThenBy(upload => upload.Blob, StringComparer.Ordinal))
            await RunAloneAsync(Path.GetFileName(upload.Blob));

        JsonObject together = await App.ModelAsync("at-once");
        JsonObject serial = await App.ModelAsync("one-by-one");
        Assert.Equal(Promoted(serial), Promoted(together));
        Assert.Equal(Champion(serial), Champion(together));
        Assert.Equal(Hashes(serial).Order(), Hashes(together).Order());
        // It proves little when nothing is promoted after the first, or everything.
        Assert.InRange(Promoted(serial).Count, 2, Files);
        Assert.All(runs, run => Assert.NotEmpty(run.Texts("promotion.reasons")));
    }

    [Fact]
    public async Task Upload_OverwrittenDuringItsRun_EndsItAsSupersededAndStartsTheNext()
    {
        await App.PutPipelineAsync("overwritten", Specs.Slow(SampleData.Churn));
        Upload first = await Account.UploadAsync("overwritten", "month.csv", SampleData.Churn.Month(0).Take(8_000).ToBytes());
        await WaitForTrainingAsync(first);
        Upload second = await Account.UploadAsync("overwritten", "month.csv", SampleData.Churn.Month(1).Take(1_000).ToBytes());

        JsonObject superseded = await App.WaitForEndAsync(first.RunId);
        Assert.Equal("superseded", superseded.Text("status"));
        Assert.Contains(first.ETag, superseded.Text("error.message"));
        JsonObject completed = await App.WaitForCompletionAsync(second.RunId);
        Assert.True(completed.Flag("promotion.promoted"));

        JsonObject model = await App.ModelAsync("overwritten");
        Assert.Equal([completed.Text("model.hash")], Promoted(model));
        Assert.Empty(await Account.CheckpointsAsync(first.RunId));
        Assert.Empty((await Account.KeysAsync(Account.Storage.Runs, "overwritten"))["active"]);
    }

    /// <summary>Waits for the next second, too: the order of uploads is by the second, and only then by name.</summary>
    private async Task RunAloneAsync(string name)
    {
        int file = Enumerable.Range(0, Files).Single(file => Name(file) == name);
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        await App.WaitForCompletionAsync((await Account.UploadAsync("one-by-one", name, Content(file))).RunId);
        TimeSpan rest = begun.AddSeconds(1.1) - DateTimeOffset.UtcNow;
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest);
    }

    private static string Name(int file) => SampleData.Churn.Month(file).Name;

    private static byte[] Content(int file) => SampleData.Churn.Month(file).Take(Rows).ToBytes();

    private static IReadOnlyList<string> Promoted(JsonObject model) => [.. model.Objects("log").Select(entry => entry.Text("toHash"))];

    private static IEnumerable<string> Hashes(JsonObject model) => model.Objects("versions").Select(version => version.Text("hash"));

    private static string Champion(JsonObject model) =>
        model.Objects("versions").Single(version => version.Integer("version") == model.Integer("aliases.champion")).Text("hash");
}
