using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Runs;

[Collection(StorageTests.Name)]
public sealed class RunLogTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private RunLog Log => new(fixture.Storage, time);

    [Fact]
    public async Task TryClaimAsync_ManyAtOnce_OneWins()
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow());
        bool[] claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Log.TryClaimAsync(run, CancellationToken.None)));
        Assert.Single(claims, claimed => claimed);
        Assert.Equal(run.Id, (await Log.FindAsync(run.Id, CancellationToken.None))!.Id);
        Assert.Equal([run.Id], (await Log.ListActiveAsync(pipeline, CancellationToken.None).ToListAsync()).Select(active => active.Id));
    }

    [Fact]
    public async Task UpdateAsync_ManyAtOnce_LosesNone()
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow());
        await Log.TryClaimAsync(run, CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Log.UpdateAsync(
            run.Ref,
            record => record with { Progress = new Dictionary<string, double>(record.Progress) { [$"p{i}"] = 1 } },
            CancellationToken.None)));
        Assert.Equal(8, (await Log.FindAsync(run.Id, CancellationToken.None))!.Progress.Count);
    }

    [Fact]
    public async Task UpdateAsync_EndedRun_IsNoLongerActiveAndRefusesChanges()
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow());
        await Log.TryClaimAsync(run, CancellationToken.None);
        await Log.UpdateAsync(run.Ref, record => record with { Status = RunStatus.Completed }, CancellationToken.None);
        Assert.Empty(await Log.ListActiveAsync(pipeline, CancellationToken.None).ToListAsync());
        await Assert.ThrowsAsync<StaleRunException>(() => Log.UpdateAsync(run.Ref, record => record, CancellationToken.None));
    }

    [Fact]
    public async Task UpdateAsync_OlderAttempt_IsRefused()
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow());
        await Log.TryClaimAsync(run, CancellationToken.None);
        await Log.UpdateAsync(run.Ref, record => record with { Attempt = 2 }, CancellationToken.None);
        StaleRunException stale = await Assert.ThrowsAsync<StaleRunException>(() => Log.UpdateAsync(run.Ref, record => record, CancellationToken.None));
        Assert.Contains("attempt 2", stale.Message, StringComparison.Ordinal);
    }
}
