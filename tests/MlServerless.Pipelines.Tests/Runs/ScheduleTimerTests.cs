using System.Text;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Runs;

[Collection(StorageTests.Name)]
public sealed class ScheduleTimerTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private CheckedRuns Runs => new(fixture, time, pipeline);

    private Task<int> LookAsync(CheckedRuns runs) =>
        new ScheduleTimer(fixture.Storage, new SpecCatalog(fixture.Storage), runs.Log, runs.Starter, runs.Catalog, time, NullLogger<ScheduleTimer>.Instance).RunAsync(CancellationToken.None);

    private Task PutAsync(string schedule) => Runs.PutWholeSpecAsync(
        $$"""{"task":"binary","label":"y","key":["id"],"candidates":[{"trainer":"linear"}],"checks":{"minimumRows":10},"schedule":{{schedule}}}""");

    private async Task<List<RunRecord>> ScheduledAsync() =>
        await Runs.Log.ListNewestAsync(pipeline, null, null, CancellationToken.None).Where(run => run.Trigger == "schedule").ToListAsync();

    [Fact]
    public async Task RunAsync_UploadsAreOnlyChecked_TrainsOnceAtTheDueTime()
    {
        CheckedRuns runs = Runs;
        await PutAsync("""{"cron":"0 2 * * *","onUpload":false}""");
        UploadInfo upload = await runs.UploadAsync("1.csv", LearnableRows.Of(1));
        RunRecord run = await runs.RunAsync(upload);
        Assert.Null(run.PreparedHash);
        PinResult pinned = await new PinStep(new StepRunner(runs.Log, time, new PipelineOptions()), new SpecCatalog(fixture.Storage), runs.Catalog).RunAsync(run.Ref, null, CancellationToken.None);
        Assert.True(pinned.IsCheckedOnly);
        await new FinishStep(new StepRunner(runs.Log, time, new PipelineOptions()), runs.Log, fixture.Storage).CompleteAsync(run.Ref, CancellationToken.None);

        // The schedule is seen; what was due before is no concern of it.
        await LookAsync(runs);
        Assert.Empty(await ScheduledAsync());
        time.Set(time.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(2).AddSeconds(45));
        await Task.WhenAll(LookAsync(runs), LookAsync(runs));
        await LookAsync(runs);
        RunRecord scheduled = Assert.Single(await ScheduledAsync());
        Assert.Equal(run.DataVersion, scheduled.UploadVersion);

        await runs.CompleteAsync(await runs.RunAsync(scheduled.Ref));
        time.Advance(TimeSpan.FromDays(1));
        await LookAsync(runs);
        Assert.Single(await ScheduledAsync());
    }

    [Fact]
    public async Task RunAsync_SpecChangedSinceTheLastRun_TrainsOnTheSameData()
    {
        CheckedRuns runs = Runs;
        await PutAsync("""{"every":"06:00:00"}""");
        await LookAsync(runs);
        await runs.CompleteAsync(await runs.RunAsync("1.csv", LearnableRows.Of(1)));
        time.Advance(TimeSpan.FromHours(6));
        await LookAsync(runs);
        Assert.Empty(await ScheduledAsync());
        await runs.PutWholeSpecAsync("""{"task":"binary","label":"y","key":["id"],"candidates":[{"trainer":"gbdt"}],"checks":{"minimumRows":10},"schedule":{"every":"06:00:00"}}""");
        time.Advance(TimeSpan.FromHours(6));
        await LookAsync(runs);
        Assert.Single(await ScheduledAsync());
    }
}
