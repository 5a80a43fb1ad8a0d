using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class FinishStepTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task FailAsync_RepeatedAfterItWasKilled_KeepsTheErrorAndDeletesTheCheckpoints()
    {
        var log = new RunLog(fixture.Storage, time);
        var runner = new StepRunner(log, time, new PipelineOptions());
        RunRecord run = TestRuns.Claimed(TestRuns.NewPipeline(), time.GetUtcNow());
        await log.TryClaimAsync(run, CancellationToken.None);
        await log.UpdateAsync(run.Ref, record => runner.Ended(record, RunStatus.Failed, new RunError("First", "first", null)), CancellationToken.None);
        await fixture.Storage.Checkpoints.WriteAsync($"{run.Id}/trees", new byte[1], CancellationToken.None);
        await new FinishStep(runner, log, fixture.Storage).FailAsync(run.Ref, new RunError("Second", "second", null), CancellationToken.None);
        Assert.Null(await fixture.Storage.Checkpoints.FindAsync($"{run.Id}/trees", CancellationToken.None));
        Assert.Equal("First", (await log.FindAsync(run.Id, CancellationToken.None))!.Error!.Type);
    }
}
