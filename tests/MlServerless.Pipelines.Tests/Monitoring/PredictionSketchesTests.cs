using System.Text;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Monitoring;

[Collection(StorageTests.Name)]
public sealed class PredictionSketchesTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly PipelineOptions options = new();
    private readonly string model = TestRuns.NewPipeline();

    private ServingProcess NewProcess() => new(fixture.Storage, time, options);

    /// <summary>Rows like those of the training data, moved by <paramref name="shift"/>.</summary>
    private static byte[] Rows(int count, double shift = 0) => Encoding.UTF8.GetBytes(
        "[" + string.Join(',', Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"{{\"x\":{((i * 37) % 101) + 1 + shift},\"c\":\"{"abz"[i % 3]}\"}}"))) + "]");

    private async Task PredictAsync(ServingProcess process, int rows, double shift = 0) =>
        await process.Predictions.PredictAsync(model, null, Rows(rows, shift), CancellationToken.None);

    [Fact]
    public async Task ReportRecentAsync_SumsUpWhatEveryProcessPredicted()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        ServingProcess one = NewProcess();
        ServingProcess two = NewProcess();
        await PredictAsync(one, 150);
        await PredictAsync(two, 250);
        await one.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        DriftReport report = (await two.Drift.ReportRecentAsync(model, CancellationToken.None)).Report;
        Assert.Equal(400, report.CurrentRows);
        Assert.Equal("ok", report.Verdict);
    }

    [Fact]
    public async Task ReportRecentAsync_MovedFeature_IsNamed()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        ServingProcess process = NewProcess();
        await PredictAsync(process, 1000, shift: 60);
        StoredDriftReport stored = await process.Drift.ReportRecentAsync(model, CancellationToken.None);
        Assert.Equal("drift", stored.Report.Verdict);
        Assert.Equal(["x"], stored.Report.Features.Where(feature => feature.Drifted).Select(feature => feature.Name));
        Assert.NotNull(stored.Report.Predictions);
        Assert.Equal(stored.Entry.ReportHash, (await process.Drift.FindLatestAsync(model, CancellationToken.None))!.Entry.ReportHash);
    }

    [Fact]
    public async Task ReportRecentAsync_FewRows_GivesNoVerdict()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        ServingProcess process = NewProcess();
        await PredictAsync(process, 40, shift: 60);
        Assert.Equal("insufficient data", (await process.Drift.ReportRecentAsync(model, CancellationToken.None)).Report.Verdict);
    }

    [Fact]
    public async Task FlushAsync_Repeated_KeepsOneGrowingBlobPerWindow()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        ServingProcess process = NewProcess();
        for (int i = 0; i < 3; i++)
        {
            await PredictAsync(process, 50);
            await process.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        }

        string path = Assert.Single(await fixture.Storage.MonitoringBlobs.ListAsync($"{model}/", CancellationToken.None).ToListAsync());
        PredictionSketch sketch = System.Text.Json.JsonSerializer.Deserialize((await fixture.Storage.MonitoringBlobs.FindAsync(path, CancellationToken.None))!, PipelineJson.Default.PredictionSketch)!;
        Assert.Equal((150, 3, false), (sketch.Rows, sketch.Sequence, sketch.Closed));
    }

    [Fact]
    public async Task CloseWindowsAsync_EndedWindow_IsReportedOnceAndNamesTheProcessThatDied()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        ServingProcess dead = NewProcess();
        await PredictAsync(dead, 200);
        await dead.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        ServingProcess alive = NewProcess();
        await PredictAsync(alive, 300);
        await alive.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2));
        await alive.Drift.CloseWindowsAsync(CancellationToken.None);
        StoredDriftReport first = (await alive.Drift.FindLatestAsync(model, CancellationToken.None))!;
        Assert.Equal(500, first.Report.CurrentRows);
        Assert.Single(first.Report.Source.OpenProcesses);
        Assert.Equal("timer", first.Entry.Trigger);
        time.Advance(TimeSpan.FromMinutes(5));
        await alive.Drift.CloseWindowsAsync(CancellationToken.None);
        Assert.Equal(first.Entry.CreatedAt, (await alive.Drift.FindLatestAsync(model, CancellationToken.None))!.Entry.CreatedAt);
    }

    [Fact]
    public async Task CloseWindowsAsync_WindowOfTheChampionBefore_IsReportedToo()
    {
        ModelVersion before = await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(1));
        ServingProcess process = NewProcess();
        await PredictAsync(process, 200);
        ModelVersion now = await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(2));
        time.Advance(options.AliasAge);
        await PredictAsync(process, 300);
        time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2));
        await process.Drift.CloseWindowsAsync(CancellationToken.None);
        var windows = await fixture.Storage.Monitoring.QueryAsync(model, "window:", "window:~", CancellationToken.None).Select(row => row.Key.Split(':')[1]).ToListAsync();
        Assert.Equal([$"{before.Version:D8}", $"{now.Version:D8}"], windows);
        DriftReport latest = (await process.Drift.FindLatestAsync(model, CancellationToken.None))!.Report;
        Assert.Equal((now.Version, 300), (latest.Version, latest.CurrentRows));
    }
}
