using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Reports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Monitoring;

[Collection(StorageTests.Name)]
public sealed class DriftReportTests(StorageFixture fixture)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();

    private static byte[] Rows(int count, double shift) => Encoding.UTF8.GetBytes(
        "[" + string.Join(',', Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"{{\"x\":{((i * 37) % 101) + 1 + shift},\"c\":\"{"abz"[i % 3]}\"}}"))) + "]");

    private async Task<ServingProcess> StartAsync(string? monitoring = null)
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        string spec = $"{{\"task\":\"binary\",\"label\":\"y\",\"candidates\":[{{\"trainer\":\"linear\"}}],\"monitoring\":{{\"window\":\"01:00:00\",\"minimumRows\":100{(monitoring is null ? "" : "," + monitoring)}}}}}";
        Assert.NotNull(await fixture.Storage.Specs.TryPutAsync(model, Encoding.UTF8.GetBytes(spec), null, CancellationToken.None));
        return new ServingProcess(fixture.Storage, time, new PipelineOptions());
    }

    /// <summary>Predicts, and closes the window.</summary>
    private async Task<StoredDriftReport> WindowAsync(ServingProcess process, int rows, double shift)
    {
        await process.Predictions.PredictAsync(model, null, Rows(rows, shift), CancellationToken.None);
        time.Advance(Hour);
        await process.Drift.CloseWindowsAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(2));
        await process.Drift.CloseWindowsAsync(CancellationToken.None);
        return (await process.Drift.FindLatestAsync(model, CancellationToken.None))!;
    }

    private Task<List<Alert>> OpenAsync(ServingProcess process) => process.Alerts.ListOpenAsync(model, CancellationToken.None).ToListAsync().AsTask();

    [Fact]
    public async Task CloseWindows_KOfNWindows_OpenOneAlertAndAGoodOneResolvesIt()
    {
        ServingProcess process = await StartAsync("\"alert\":{\"windows\":2,\"of\":3}");
        StoredDriftReport first = await WindowAsync(process, 300, shift: 60);
        Assert.Equal((DriftVerdicts.Drift, "none"), (first.Report.Verdict, first.Entry.Action!.Kind));
        Assert.Contains("1 of the last 1", first.Entry.Action.Reason, StringComparison.Ordinal);
        Assert.Empty(await OpenAsync(process));
        await WindowAsync(process, 300, shift: 60);
        Alert alert = Assert.Single(await OpenAsync(process));
        Assert.Equal((AlertKinds.Drift, true), (alert.Kind, alert.Announced));
        Assert.Contains("Most likely: x (", alert.Reason, StringComparison.Ordinal);

        // Too few rows say nothing, and so the alert stays.
        await WindowAsync(process, 20, shift: 0);
        Assert.Single(await OpenAsync(process));
        await WindowAsync(process, 300, shift: 0);
        await WindowAsync(process, 300, shift: 0);
        await WindowAsync(process, 300, shift: 0);
        Assert.Empty(await OpenAsync(process));
    }

    [Fact]
    public async Task CloseWindows_DriftWithoutData_SaysWhyNoRunWasStarted()
    {
        ServingProcess process = await StartAsync("\"retrain\":{\"onDrift\":true}");
        StoredDriftReport first = await WindowAsync(process, 300, shift: 60);
        Assert.Contains("has no data", first.Entry.Action!.Reason, StringComparison.Ordinal);
        StoredDriftReport second = await WindowAsync(process, 300, shift: 60);
        Assert.Contains("cool-down", second.Entry.Action!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_TellsTrafficRefusalsPerformanceAndOtherWindows()
    {
        ServingProcess process = await StartAsync();
        await WindowAsync(process, 300, shift: 0);
        PredictionAnswer answer = await process.Predictions.PredictAsync(model, null, Rows(200, 0), CancellationToken.None);
        string[] ids = [.. JsonNode.Parse(answer.Body.Span)!["predictions"]!.AsArray().Select(prediction => prediction!["id"]!.GetValue<string>())];
        await Assert.ThrowsAsync<ProblemException>(async () => await process.Predictions.PredictAsync(model, null, "[{\"x\":\"1\"},{}]"u8.ToArray(), CancellationToken.None));
        await process.Feedback.TakeAsync(model, Encoding.UTF8.GetBytes("[" + string.Join(',', ids.Take(100).Select((id, i) => $"{{\"id\":\"{id}\",\"label\":\"{(i % 2 == 0 ? "yes" : "no")}\"}}")) + "]"), CancellationToken.None);
        StoredDriftReport stored = await WindowAsync(process, 300, shift: 60);
        DriftReport report = stored.Report;
        Assert.Equal((500, 2, 1), (report.CurrentRows, report.Traffic!.Requests, report.Traffic.Refused));
        Assert.Equal(["c", "x"], report.Traffic.Violations.Keys);
        Assert.Equal((100, 0.2), (report.Performance!.Labels, report.Performance.Coverage));
        Assert.InRange(report.Performance.Metrics["accuracy"], 0, 1);
        Assert.Equal(["previousWindow"], report.Others.Select(other => other.Kind));
        Assert.Equal(300, report.Others[0].ReferenceRows);
        Assert.Equal(report.Estimated!.AtTraining.Keys, report.Estimated.Now.Keys);
        Assert.InRange(report.Estimated.AtTraining["auc"] - report.Estimated.Measured["auc"], -0.1, 0.1);
        Assert.Equal("x", report.Causes[0].Feature);
        Assert.Equal(2, report.Attribution!.Features.Count);
        Assert.Equal(stored.Entry.ReportHash, (await process.Drift.FindWindowAsync(model, 1, report.Source.Windows[0], CancellationToken.None))!.Entry.ReportHash);
    }

    [Fact]
    public async Task Page_HoldsWhatTheReportSaysAndNothingFromElsewhere()
    {
        ServingProcess process = await StartAsync();
        await process.Predictions.PredictAsync(model, null, Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("{\"x\":200,\"c\":\"<b>\"}", 200)) + "]"), CancellationToken.None);
        StoredDriftReport stored = await process.Drift.ReportRecentAsync(model, CancellationToken.None);
        string page = Encoding.UTF8.GetString(DriftReportPage.Build(stored));
        Assert.Contains("badge blocking\">drift", page, StringComparison.Ordinal);
        Assert.Contains("<svg class=\"chart\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Equal(page, Encoding.UTF8.GetString(DriftReportPage.Build(stored)));
    }
}
