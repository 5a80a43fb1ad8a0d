using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Runs;

[Collection(StorageTests.Name)]
public sealed class StepRunnerTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly PipelineOptions options = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private RunLog Log => new(fixture.Storage, time);

    /// <summary>A new runner stands for a new process.</summary>
    private StepRunner NewProcess() => new(Log, time, options);

    private async Task<RunRecord> ClaimAsync()
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow());
        Assert.True(await Log.TryClaimAsync(run, CancellationToken.None));
        return run;
    }

    private async Task<RunRecord> FindAsync(RunRecord run) => (await Log.FindAsync(run.Id, CancellationToken.None))!;

    /// <summary>Begins a step in a process that dies inside it.</summary>
    private async Task DieInStepAsync(RunRecord run)
    {
        var entered = new TaskCompletionSource();
        _ = NewProcess().RunAsync(run.Ref, "train", "a", _ => { entered.SetResult(); return new TaskCompletionSource<int>().Task; }, CancellationToken.None);
        await entered.Task;
    }

    [Fact]
    public async Task RunAsync_Success_ShowsAndClosesTheStage()
    {
        RunRecord run = await ClaimAsync();
        int result = await NewProcess().RunAsync(run.Ref, "train", "a", step => Task.FromResult(step.Record.Status == RunStatus.Running ? 7 : 0), CancellationToken.None);
        RunRecord after = await FindAsync(run);
        Assert.Equal(7, result);
        Assert.Equal("train", after.Stage);
        Assert.NotNull(Assert.Single(after.Stages).EndedAt);
        Assert.Empty(after.OpenSteps);
    }

    [Fact]
    public async Task RunAsync_Failure_LeavesNoOpenStepAndCountsNoDeath()
    {
        RunRecord run = await ClaimAsync();
        for (int i = 0; i < 5; i++)
            await Assert.ThrowsAsync<IOException>(() => NewProcess().RunAsync<int>(run.Ref, "train", "a", _ => throw new IOException("x"), CancellationToken.None));
        Assert.Empty((await FindAsync(run)).OpenSteps);
    }

    [Fact]
    public async Task RunAsync_DiedOnce_RunsAgainAtOnce()
    {
        RunRecord run = await ClaimAsync();
        await DieInStepAsync(run);
        Assert.Equal(1, await NewProcess().RunAsync(run.Ref, "train", "a", _ => Task.FromResult(1), CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_DiedTwice_WaitsThenRunsAThirdTime()
    {
        RunRecord run = await ClaimAsync();
        await DieInStepAsync(run);
        await DieInStepAsync(run);
        await Assert.ThrowsAsync<StepBackOffException>(() => NewProcess().RunAsync(run.Ref, "train", "a", _ => Task.FromResult(1), CancellationToken.None));
        await Assert.ThrowsAsync<StepBackOffException>(() => NewProcess().RunAsync(run.Ref, "train", "a", _ => Task.FromResult(1), CancellationToken.None));
        time.Advance(options.DeathBackOff + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await NewProcess().RunAsync(run.Ref, "train", "a", _ => Task.FromResult(1), CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_DiedThreeTimes_GivesTheRunUpAsLostWithTheReason()
    {
        RunRecord run = await ClaimAsync();
        await DieInStepAsync(run);
        await DieInStepAsync(run);
        await Assert.ThrowsAsync<StepBackOffException>(() => NewProcess().RunAsync(run.Ref, "train", "a", _ => Task.FromResult(1), CancellationToken.None));
        time.Advance(options.DeathBackOff + TimeSpan.FromSeconds(1));
        await DieInStepAsync(run);
        await Assert.ThrowsAsync<StaleRunException>(() => NewProcess().RunAsync(run.Ref, "train", "a", _ => Task.FromResult(1), CancellationToken.None));
        RunRecord after = await FindAsync(run);
        Assert.Equal(RunStatus.Lost, after.Status);
        Assert.Contains("died 3 times in step 'train/a'", after.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TwiceAtTheSameTimeInOneProcess_CountsNoDeath()
    {
        RunRecord run = await ClaimAsync();
        StepRunner process = NewProcess();
        var gate = new TaskCompletionSource();
        Task<int>[] both = [.. Enumerable.Range(0, 2).Select(_ => process.RunAsync(run.Ref, "train", "a", async step => { await gate.Task; return step.Record.OpenSteps.Max(open => open.Deaths); }, CancellationToken.None))];
        await Task.Delay(200);
        gate.SetResult();
        int[] deaths = await Task.WhenAll(both);
        Assert.Equal([0, 0], deaths);
    }

    [Fact]
    public async Task RunAsync_UploadChanged_EndsTheRunAsSuperseded()
    {
        RunRecord run = await ClaimAsync();
        await Assert.ThrowsAsync<StaleRunException>(() => NewProcess().RunAsync<int>(run.Ref, "ingest", null, _ => throw new UploadChangedException("p/x.csv", "1"), CancellationToken.None));
        RunRecord after = await FindAsync(run);
        Assert.Equal(RunStatus.Superseded, after.Status);
        Assert.NotNull(after.EndedAt);
    }
}
