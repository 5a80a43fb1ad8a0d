using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Pipelines.Runs;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>A data set on which the app dies whenever it trains on it.</summary>
public sealed class DeadlyDataTests(DeadlyDataTests.Fixture app, ITestOutputHelper output) : AppTest(app, output), IClassFixture<DeadlyDataTests.Fixture>
{
    private const int Deaths = 3;

    public sealed class Fixture() : DevHostFixture(new DevHostOptions
    {
        Name = "deadly",
        AppIsKilled = true,
        Settings = new Dictionary<string, string> { ["MlServerless__DeathBackOff"] = "00:00:10" },
    });

    [Fact]
    public async Task Run_WhoseTrainingKillsTheApp_IsGivenUpAfterThreeDeathsWhileOthersGoOn()
    {
        await App.PutPipelineAsync("deadly", Specs.Slow(SampleData.Churn));
        await App.PutPipelineAsync("harmless", Specs.Quick(SampleData.Churn));
        SampleFile file = SampleData.Churn.Month(0);
        Upload deadly = await Account.UploadAsync("deadly", file.Name, file.Take(8_000).ToBytes());
        var twice = new TaskCompletionSource();
        Task<int> killing = KillWheneverItTrainsAsync(deadly, twice);

        // A run in the middle of an orchestrator's call would die with the app. Once it has died twice, the deadly one waits for a while.
        await Task.WhenAny(twice.Task, killing);
        Upload harmless = await Account.UploadAsync("harmless", file.Name, file.Take(1_000).ToBytes());
        await App.WaitForCompletionAsync(harmless.RunId);

        Assert.Equal(Deaths, await killing);
        JsonObject lost = await App.WaitForEndAsync(deadly.RunId);
        Assert.Equal("lost", lost.Text("status"));
        Assert.Equal("ProcessDied", lost.Text("error.type"));
        Assert.Contains("died 3 times in step 'train/trees'", lost.Text("error.message"));
        await Leftovers.NoneAsync(Account, harmless);

        // Nothing of it stands but its record and its data, and the pipeline takes the next file.
        Assert.Equal(404, (await App.GetAsync("api/models/deadly")).Status);
        Assert.Empty((await Account.KeysAsync(Account.Storage.Runs, "deadly"))["active"]);
        await App.PutPipelineAsync("deadly", Specs.Quick(SampleData.Churn));
        await App.WaitForCompletionAsync((await Account.UploadAsync("deadly", "next.csv", file.Take(1_000).ToBytes())).RunId);
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    /// <summary>Kills the app every time that the training of this run begins anew.</summary>
    /// <param name="twice">Is told when it has died twice.</param>
    /// <returns>How often.</returns>
    private async Task<int> KillWheneverItTrainsAsync(Upload upload, TaskCompletionSource twice)
    {
        var killed = new HashSet<string>(StringComparer.Ordinal);
        DateTime limit = DateTime.UtcNow.AddMinutes(2);
        await App.WaitForRunAsync(upload.RunId, "running", run => run.Text("status") == "running");
        while (DateTime.UtcNow < limit)
        {
            RunRecord run = await Account.ReadRunAsync(upload.Pipeline, upload.RunId);
            if (run.HasEnded)
                return killed.Count;
            if (run.OpenSteps.FirstOrDefault(step => step.Key == "train/trees" && step.NotBefore is null) is { } training && killed.Add(training.Execution))
            {
                Host.KillApp();
                if (killed.Count == Deaths - 1)
                    twice.SetResult();
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"Run {upload.RunId} did not end; the app was killed {killed.Count} times");
    }
}
