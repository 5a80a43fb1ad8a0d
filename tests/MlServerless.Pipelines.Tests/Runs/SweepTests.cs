using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Support;
using MlServerless.Pipelines.Uploads;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Runs;

[Collection(StorageTests.Name)]
public sealed class SweepTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly PipelineOptions options = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private RunLog Log => new(fixture.Storage, time);

    private UploadIntake Intake => new(fixture.Storage, Log, new DataCatalog(fixture.Storage), time);

    private Sweep NewSweep() => new(
        fixture.Storage,
        Log,
        new RunStarter(fixture.Storage, Log, new DataCatalog(fixture.Storage), new SpecCatalog(fixture.Storage), time),
        new StepRunner(Log, time, options),
        Intake,
        options,
        time,
        NullLogger<Sweep>.Instance);

    private async Task<RunRecord> FindAsync(RunRecord run) => (await Log.FindAsync(run.Id, CancellationToken.None))!;

    private async Task PutSpecAsync() =>
        await fixture.Storage.Specs.TryPutAsync(pipeline, """{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}]}"""u8.ToArray(), null, CancellationToken.None);

    [Fact]
    public async Task RunAsync_ClaimedAndNeverStarted_IsStartedAsTheNextAttempt()
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow(), startedAttempt: 0);
        await Log.TryClaimAsync(run, CancellationToken.None);
        await NewSweep().RunAsync(CancellationToken.None);
        Assert.Equal(1, (await FindAsync(run)).Attempt);
        time.Advance(options.ClaimDeadline + TimeSpan.FromSeconds(1));
        await NewSweep().RunAsync(CancellationToken.None);
        Assert.Equal(2, (await FindAsync(run)).Attempt);
    }

    [Fact]
    public async Task RunAsync_SilentRun_IsRestartedAndGivenUpAfterThreeAttempts()
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow());
        await Log.TryClaimAsync(run, CancellationToken.None);
        for (int attempt = 2; attempt <= options.MaxAttempts; attempt++)
        {
            time.Advance(TimeSpan.FromDays(2));
            await NewSweep().RunAsync(CancellationToken.None);
            RunRecord restarted = await FindAsync(run);
            Assert.Equal(attempt, restarted.Attempt);
            Assert.Equal(RunStatus.Claimed, restarted.Status);
        }

        await fixture.Storage.Checkpoints.WriteAsync($"{run.Id}/trees", new byte[1], CancellationToken.None);
        time.Advance(TimeSpan.FromDays(2));
        await NewSweep().RunAsync(CancellationToken.None);
        Assert.Null(await fixture.Storage.Checkpoints.FindAsync($"{run.Id}/trees", CancellationToken.None));
        RunRecord lost = await FindAsync(run);
        Assert.Equal(RunStatus.Lost, lost.Status);
        Assert.Contains("no life", lost.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(await Log.ListActiveAsync(pipeline, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task RunAsync_UploadWithoutEvent_IsClaimedOnce()
    {
        await PutSpecAsync();
        await fixture.UploadAsync($"{pipeline}/a.csv", "x,y\n1,2\n");
        time.Advance(DateTimeOffset.UtcNow - time.GetUtcNow() + options.EventDeadline + TimeSpan.FromMinutes(1));
        await NewSweep().RunAsync(CancellationToken.None);
        await NewSweep().RunAsync(CancellationToken.None);
        RunRecord run = Assert.Single(await Log.ListAsync(pipeline, CancellationToken.None).ToListAsync());
        Assert.Equal("sweep", run.Trigger);
    }

    [Fact]
    public async Task RunAsync_UploadForNoPipeline_IsRejectedOnceAndNotRepeated()
    {
        string name = $"{pipeline}/a.csv";
        await fixture.UploadAsync(name, "x,y\n1,2\n");
        time.Advance(DateTimeOffset.UtcNow - time.GetUtcNow() + options.EventDeadline + TimeSpan.FromMinutes(1));
        await NewSweep().RunAsync(CancellationToken.None);
        UploadInfo upload = (await fixture.Storage.Uploads.FindAsync(name, CancellationToken.None))!;
        Assert.True(await Intake.IsKnownAsync(upload, CancellationToken.None));
        await NewSweep().RunAsync(CancellationToken.None);
        RejectedUpload rejected = Assert.Single(
            await new DataCatalog(fixture.Storage).ListRejectedAsync(CancellationToken.None).ToListAsync(), upload => upload.Blob == name);
        Assert.Contains("There is no pipeline", rejected.Reason, StringComparison.Ordinal);
        Assert.Empty(await Log.ListAsync(pipeline, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task TakeAsync_SameEventThreeTimesAtOnce_ClaimsOneRun()
    {
        await PutSpecAsync();
        string name = $"{pipeline}/a.csv";
        await fixture.UploadAsync(name, "x,y\n1,2\n");
        UploadInfo upload = (await fixture.Storage.Uploads.FindAsync(name, CancellationToken.None))!;
        RunRef?[] taken = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Intake.TakeAsync(new UploadEvent(name, upload.Url, upload.ETag, null), CancellationToken.None)));
        Assert.Single(taken, run => run is not null);
    }

    [Fact]
    public async Task TakeAsync_EventOfAnOverwrittenUpload_StartsNothing()
    {
        await PutSpecAsync();
        string name = $"{pipeline}/a.csv";
        await fixture.UploadAsync(name, "x,y\n1,2\n");
        UploadInfo before = (await fixture.Storage.Uploads.FindAsync(name, CancellationToken.None))!;
        await fixture.UploadAsync(name, "x,y\n3,4\n");
        Assert.Null(await Intake.TakeAsync(new UploadEvent(name, before.Url, before.ETag, null), CancellationToken.None));
    }
}
