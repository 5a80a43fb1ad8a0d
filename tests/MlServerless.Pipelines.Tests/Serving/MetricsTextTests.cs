using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Serving;

[Collection(StorageTests.Name)]
public sealed class MetricsTextTests(StorageFixture fixture)
{
    [Fact]
    public async Task OfProcessAndOfWindows_CountWhatWasAsked()
    {
        var time = new ManualTime();
        string model = TestRuns.NewPipeline();
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        var process = new ServingProcess(fixture.Storage, time, new PipelineOptions());
        await process.Predictions.PredictAsync(model, null, "[{\"x\":1,\"c\":\"a\"},{\"x\":2,\"c\":\"a\"}]"u8.ToArray(), CancellationToken.None);
        await Assert.ThrowsAsync<ProblemException>(async () => await process.Predictions.PredictAsync(model, null, "[{}]"u8.ToArray(), CancellationToken.None));
        string text = new MetricsText(process.Metrics, process.Models, process.Sketches, time).OfProcess();
        Assert.Contains($"mlserverless_process_predictions_total{{model=\"{model}\",version=\"1\"}} 2\n", text, StringComparison.Ordinal);
        Assert.Contains($"mlserverless_process_requests_total{{model=\"{model}\",version=\"1\",outcome=\"refused\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"mlserverless_process_request_duration_seconds_count{{model=\"{model}\",version=\"1\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"mlserverless_process_champion_version{{model=\"{model}\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("mlserverless_process_model_loads_total 1\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[^}]*\\})? [-0-9.E+]+)$", line));

        await process.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        string all = MetricsText.OfWindows(await process.Drift.ReadCurrentAsync(CancellationToken.None));
        Assert.Contains($"mlserverless_window_predictions{{model=\"{model}\",version=\"1\"}} 2\n", all, StringComparison.Ordinal);
    }
}
