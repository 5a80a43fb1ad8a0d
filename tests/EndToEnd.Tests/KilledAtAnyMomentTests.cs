using System.Globalization;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>
/// The app is killed a little later in every run, so that it dies in the queue's function, in the orchestrator, in steps and between their writes.
/// The host gives an orchestration up whose own call dies; then the sweep starts the run again.
/// </summary>
public sealed class KilledAtAnyMomentTests(KilledAtAnyMomentTests.Fixture app, ITestOutputHelper output) : AppTest(app, output), IClassFixture<KilledAtAnyMomentTests.Fixture>
{
    private const int Runs = 7;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(110);

    public sealed class Fixture() : DevHostFixture(new DevHostOptions
    {
        Name = "killed-any-moment",
        AppIsKilled = true,
        Settings = new Dictionary<string, string> { ["MlServerless__StepDeadline"] = "00:00:04" },
    });

    [Fact]
    public async Task Kill_OfTheAppAtAnyMoment_LeavesOneResult()
    {
        SampleFile file = SampleData.Churn.Month(0);
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Runs; i++)
        {
            string pipeline = string.Create(CultureInfo.InvariantCulture, $"killed-{i}");
            await App.PutPipelineAsync(pipeline, Specs.Quick(SampleData.Churn));
            Upload upload = await Account.UploadAsync(pipeline, file.Name, file.Take(1_000).ToBytes());
            while (await App.FindRunAsync(upload.RunId) is null)
                await Task.Delay(5);
            await Task.Delay(Step * i);
            Host.KillApp();

            JsonObject run = await SweepUntilCompletedAsync(upload.RunId);
            Assert.True(run.Flag("promotion.promoted"));
            hashes.Add(run.Text("model.hash"));
            await Leftovers.NoneAsync(Account, upload);
        }

        Assert.Single(hashes);
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    private async Task<JsonObject> SweepUntilCompletedAsync(string runId)
    {
        DateTime limit = DateTime.UtcNow.AddMinutes(2);
        while (true)
        {
            await Task.Delay(250);
            JsonObject? run = await App.FindRunAsync(runId);
            if (run?.Text("status") == "completed")
                return run;
            Assert.True(run is null || run.Text("status") is "claimed" or "running", run?.ToJsonString());
            Assert.True(DateTime.UtcNow < limit, $"Run {runId} did not end: {run?.ToJsonString()}");
            await App.FireAsync("SweepRuns");
        }
    }
}
