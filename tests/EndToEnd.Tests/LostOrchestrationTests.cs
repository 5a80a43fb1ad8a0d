using System.Net;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

[Collection(UnwatchedAppCollection.Name)]
public sealed class LostOrchestrationTests(UnwatchedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const int MaxAttempts = 3;

    [Fact]
    public async Task Run_WhoseOrchestrationIsGone_IsTriedThreeTimesAndGivenUpWithTheReason()
    {
        Upload upload = await StartAsync("orphaned", Specs.Slow(SampleData.Churn));
        await TerminateAsync(upload.RunId);
        for (int attempt = 2; attempt <= MaxAttempts; attempt++)
        {
            await SweepUntilAsync(upload.RunId, run => run.Integer("attempt") == attempt);
            await TerminateAsync($"{upload.RunId}-{attempt}");
        }

        await SweepUntilAsync(upload.RunId, run => run.Text("status") == "lost");
        JsonObject lost = await App.WaitForEndAsync(upload.RunId);
        Assert.Equal("OrchestrationDied", lost.Text("error.type"));
        Assert.Contains("POST /api/pipelines/orphaned/runs", lost.Text("error.message"));
        Assert.Empty((await Account.KeysAsync(Account.Storage.Runs, "orphaned"))["active"]);
    }

    [Fact]
    public async Task Run_WhoseOrchestrationIsGoneOnce_CompletesAtTheSecondAttempt()
    {
        // The second attempt has to train within the short deadline, on a busy machine, too.
        Upload upload = await StartAsync("orphaned-once", Specs.Trees(SampleData.Churn, rounds: 60, leaves: 15));
        await TerminateAsync(upload.RunId);
        await SweepUntilAsync(upload.RunId, run => run.Integer("attempt") == 2);
        JsonObject run = await App.WaitForCompletionAsync(upload.RunId);
        Assert.Equal(2, run.Integer("attempt"));
        await Leftovers.NoneAsync(Account, upload);
    }

    private async Task<Upload> StartAsync(string pipeline, JsonObject spec)
    {
        await App.PutPipelineAsync(pipeline, spec);
        SampleFile file = SampleData.Churn.Month(0);
        Upload upload = await Account.UploadAsync(pipeline, file.Name, file.Take(6_000).ToBytes());
        await Account.SendEventAsync(upload.ToEvent(Guid.NewGuid().ToString()));
        return upload;
    }

    /// <summary>Ends an orchestration as soon as it exists, through the host's own API, so that its run knows nothing of it.</summary>
    private async Task TerminateAsync(string instance)
    {
        string path = $"runtime/webhooks/durabletask/instances/{instance}";
        DateTime limit = DateTime.UtcNow.AddSeconds(60);
        ApiAnswer answer;
        do
        {
            Assert.True(DateTime.UtcNow < limit, $"Orchestration {instance} was never started");
            answer = await App.SendAsync(HttpMethod.Post, path + "/terminate?reason=test", [], Host.Address.SystemKey);
        }
        while (answer.Status == (int)HttpStatusCode.NotFound);
        Assert.Equal(202, answer.Status);
    }

    private async Task SweepUntilAsync(string runId, Func<JsonObject, bool> wanted)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(60);
        JsonObject? run = await App.FindRunAsync(runId);
        while (run is null || !wanted(run))
        {
            Assert.True(DateTime.UtcNow < limit, $"The sweep left run {runId} as it is: {run?.ToJsonString()}");
            await App.FireAsync("SweepRuns");
            await Task.Delay(500);
            run = await App.FindRunAsync(runId);
        }
    }
}
