using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Processes die by kill -9 in the middle of training; what comes out is what comes out of a run that nobody disturbed.</summary>
public sealed class KilledProcessTests(KilledProcessTests.Fixture app, ITestOutputHelper output) : AppTest(app, output), IClassFixture<KilledProcessTests.Fixture>
{
    private const int Rows = 8_000;

    public sealed class Fixture() : DevHostFixture(new DevHostOptions { Name = "killed", AppIsKilled = true });

    [Fact]
    public async Task Kill_OfAppOrHostInTraining_LeavesWhatAnUndisturbedRunLeaves()
    {
        JsonObject calm = await App.WaitForCompletionAsync((await UploadAsync("calm")).RunId);

        Upload first = await UploadAsync("killed-app");
        await WaitForTrainingAsync(first);
        int before = Host.Output.App.Process;
        Host.KillApp();
        await CompletesAsCalmAsync(first, calm);
        Assert.NotEqual(before, Host.Output.App.Process);
        Assert.Contains(Host.Output.LinesFrom(0), line => line.Contains($"Activity Train of orchestration {first.RunId} failed", StringComparison.Ordinal));

        Upload second = await UploadAsync("killed-host");
        await WaitForTrainingAsync(second);
        await Host.KillAsync();
        await Host.StartAgainAsync();
        await CompletesAsCalmAsync(second, calm);
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    private async Task<Upload> UploadAsync(string pipeline)
    {
        await App.PutPipelineAsync(pipeline, Specs.Slow(SampleData.Churn));
        SampleFile file = SampleData.Churn.Month(0);
        return await Account.UploadAsync(pipeline, file.Name, file.Take(Rows).ToBytes());
    }

    private async Task CompletesAsCalmAsync(Upload upload, JsonObject calm)
    {
        JsonObject run = await App.WaitForCompletionAsync(upload.RunId);
        Assert.Equal(calm.Text("model.hash"), run.Text("model.hash"));
        Assert.Equal(calm.Text("dataVersion"), run.Text("dataVersion"));
        Assert.Equal(calm.Text("holdOut.scoresHash"), run.Text("holdOut.scoresHash"));
        Assert.True(run.Flag("promotion.promoted"));
        await Leftovers.NoneAsync(Account, upload);
    }
}
