using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;
using MlServerless.Pipelines.Uploads;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class EarlierChecksStepTests(StorageFixture fixture)
{
    private IPipelineStorage storage = fixture.Storage;
    private readonly ManualTime time = new();
    private readonly PipelineOptions options = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private RunLog Log => new(storage, time);

    private DataCatalog Catalog => new(storage);

    private UploadIntake Intake => new(storage, Log, Catalog, time);

    private StepRunner Runner => new(Log, time, options);

    private RunStarter Starter => new(storage, Log, Catalog, new SpecCatalog(storage), time);

    private Task<bool> AskAsync(RunRecord run) =>
        new EarlierChecksStep(Runner, Log, storage, Intake, Starter, options, time).RunAsync(run.Ref, CancellationToken.None);

    private async Task<RunRecord> ClaimAsync(string order)
    {
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow(), order);
        Assert.True(await Log.TryClaimAsync(run, CancellationToken.None));
        return run;
    }

    private Task UpdateAsync(RunRecord run, Func<RunRecord, RunRecord> change) => Log.UpdateAsync(run.Ref, change, CancellationToken.None);

    /// <summary>Uploads a file and moves the clock to the second it was uploaded in.</summary>
    private async Task<UploadInfo> UploadAsync(string file)
    {
        await storage.Specs.TryPutAsync(pipeline, System.Text.Encoding.UTF8.GetBytes(TestModels.Spec), null, CancellationToken.None);
        await fixture.UploadAsync($"{pipeline}/{file}", "x,c,y\n1,a,yes\n");
        UploadInfo upload = (await storage.Uploads.FindAsync($"{pipeline}/{file}", CancellationToken.None))!;
        time.Advance(upload.LastModified - time.GetUtcNow());
        return upload;
    }

    private async Task<RunRecord> TakeAsync(UploadInfo upload) =>
        (await Log.FindAsync((await Intake.TakeAsync(upload, null, "upload", CancellationToken.None))!.RunId, CancellationToken.None))!;

    [Fact]
    public async Task RunAsync_EarlierRunIsNotChecked_WaitsForItsReport()
    {
        RunRecord earlier = await ClaimAsync("1");
        RunRecord later = await ClaimAsync("2");
        Assert.False(await AskAsync(later));
        Assert.True(await AskAsync(earlier));
        await UpdateAsync(earlier, run => run with { ReportHash = ContentHash.Of("report"u8) });
        Assert.True(await AskAsync(later));
    }

    [Fact]
    public async Task RunAsync_EarlierRunEndsOrBacksOff_HoldsNobodyUp()
    {
        RunRecord first = await ClaimAsync("1");
        RunRecord second = await ClaimAsync("2");
        RunRecord third = await ClaimAsync("3");
        await UpdateAsync(first, run => Runner.Ended(run, RunStatus.Failed));
        Assert.True(await AskAsync(second));
        Assert.False(await AskAsync(third));
        await UpdateAsync(second, run => run with { OpenSteps = [new OpenStep("scan/0", time.GetUtcNow(), "x", 2, time.GetUtcNow().AddMinutes(31))] });
        Assert.True(await AskAsync(third));
    }

    [Fact]
    public async Task RunAsync_RunsOnTheSameData_WaitInOneDirection()
    {
        RunRecord a = await ClaimAsync("1");
        RunRecord b = await ClaimAsync("1");
        Assert.Equal(string.CompareOrdinal(a.Id, b.Id) < 0, await AskAsync(a));
        Assert.Equal(string.CompareOrdinal(b.Id, a.Id) < 0, await AskAsync(b));
    }

    [Fact]
    public async Task RunAsync_SecondOfTheUploadIsNotOver_Waits()
    {
        RunRecord run = await TakeAsync(await UploadAsync("a.csv"));
        Assert.False(await AskAsync(run));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await AskAsync(run));
    }

    [Fact]
    public async Task RunAsync_EarlierUploadHasNoRunYet_WaitsAndClaimsItAfterTheDeadline()
    {
        UploadInfo first = await UploadAsync("a.csv");
        UploadInfo second = await UploadAsync("b.csv");
        RunRecord later = await TakeAsync(second);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await AskAsync(later));
        Assert.Equal(later.Id, Assert.Single(await Log.ListAsync(pipeline, CancellationToken.None).ToListAsync()).Id);

        time.Advance(options.EventDeadline);
        Assert.False(await AskAsync(later));
        RunRecord claimed = Assert.Single(await Log.ListAsync(pipeline, CancellationToken.None).ToListAsync(), run => run.Id != later.Id);
        Assert.Equal(first.Name, claimed.Source!.Blob);

        // It is a run like others now.
        Assert.False(await AskAsync(later));
        await UpdateAsync(claimed, run => Runner.Ended(run, RunStatus.Rejected));
        Assert.True(await AskAsync(later));
    }

    [Fact]
    public async Task RunAsync_LaterUploadHasNoRunYet_HoldsNobodyUp()
    {
        RunRecord run = await TakeAsync(await UploadAsync("a.csv"));
        await UploadAsync("b.csv");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await AskAsync(run));
    }

    [Fact]
    public async Task RunAsync_EarlierRunHangs_TheSweepEndsItAndReleasesTheOthers()
    {
        // A sweep looks at all there is, and what other tests leave under way makes it patient.
        storage = await fixture.NewStorageAsync();
        RunRecord hanging = await ClaimAsync("1");
        await UpdateAsync(hanging, run => run with { Status = RunStatus.Running, Stage = "scan", Attempt = options.MaxAttempts, StartedAttempt = options.MaxAttempts });
        hanging = hanging with { Attempt = options.MaxAttempts };
        RunRecord waiting = await ClaimAsync("2");
        Assert.False(await AskAsync(waiting));

        // A run that waits is alive as long as it asks.
        var sweep = new Sweep(storage, Log, Starter, Runner, Intake, options, time, NullLogger<Sweep>.Instance);
        time.Advance(TimeSpan.FromDays(30));
        Assert.False(await AskAsync(waiting));
        await sweep.RunAsync(CancellationToken.None);

        RunRecord ended = (await Log.FindAsync(hanging.Id, CancellationToken.None))!;
        Assert.Equal(RunStatus.Lost, ended.Status);
        Assert.Equal((RunStatus.Running, 1), ((await Log.FindAsync(waiting.Id, CancellationToken.None)) is { } alive ? (alive.Status, alive.Attempt) : default));
        Assert.True(await AskAsync(waiting));
    }
}
