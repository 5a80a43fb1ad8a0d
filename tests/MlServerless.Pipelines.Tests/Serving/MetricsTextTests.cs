using System.Diagnostics.Metrics;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Serving;

[Collection(StorageTests.Name)]
public sealed class MetricsTextTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();

    /// <summary>Two predictions in one request, and one that is refused.</summary>
    private async Task<ServingProcess> PredictAsync()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        var process = new ServingProcess(fixture.Storage, time, new PipelineOptions());
        await process.Predictions.PredictAsync(model, null, "[{\"x\":1,\"c\":\"a\"},{\"x\":2,\"c\":\"a\"}]"u8.ToArray(), CancellationToken.None);
        await Assert.ThrowsAsync<ProblemException>(async () => await process.Predictions.PredictAsync(model, null, "[{}]"u8.ToArray(), CancellationToken.None));
        return process;
    }

    [Fact]
    public async Task OfProcess_IsValidAndCountsWhatWasAsked()
    {
        ServingProcess process = await PredictAsync();
        time.Advance(TimeSpan.FromSeconds(3));
        PrometheusText text = PrometheusText.Parse(new MetricsText(process.Metrics, process.Models, process.Sketches, time).OfProcess());
        string version = $"{{model=\"{model}\",version=\"1\"}}";
        Assert.Equal(2, text.Samples["mlserverless_process_predictions_total" + version]);
        Assert.Equal(1, text.Samples[$"mlserverless_process_requests_total{{model=\"{model}\",version=\"1\",outcome=\"answered\"}}"]);
        Assert.Equal(1, text.Samples[$"mlserverless_process_requests_total{{model=\"{model}\",version=\"1\",outcome=\"refused\"}}"]);
        Assert.Equal(0, text.Samples[$"mlserverless_process_requests_total{{model=\"{model}\",version=\"1\",outcome=\"failed\"}}"]);
        Assert.Equal(1, text.Samples["mlserverless_process_request_duration_seconds_count" + version]);
        Assert.Equal(1, text.Samples[$"mlserverless_process_champion_version{{model=\"{model}\"}}"]);
        Assert.Equal(0, text.Samples[$"mlserverless_process_champion_degraded{{model=\"{model}\"}}"]);
        Assert.Equal(1, text.Samples["mlserverless_process_model_loads_total"]);
        Assert.Equal(1, text.Samples["mlserverless_process_cold_starts_total"]);
        Assert.Equal(3, text.Samples["mlserverless_process_capture_lag_seconds"]);
        Assert.InRange(text.Samples["mlserverless_process_cpu_seconds_total"], 0.001, 1e6);
        Assert.InRange(text.Samples["mlserverless_process_resident_memory_bytes"], 1e6, 1e12);
        await process.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        Assert.Equal(0, PrometheusText.Parse(new MetricsText(process.Metrics, process.Models, process.Sketches, time).OfProcess()).Samples["mlserverless_process_capture_lag_seconds"]);
    }

    [Fact]
    public async Task OfWindows_AfterThoseOfTheProcess_CountsAllProcesses()
    {
        ServingProcess one = await PredictAsync();
        var other = new ServingProcess(fixture.Storage, time, new PipelineOptions());
        await other.Predictions.PredictAsync(model, null, "{\"x\":3,\"c\":\"b\"}"u8.ToArray(), CancellationToken.None);
        await one.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        await other.Sketches.FlushAsync(closeAll: false, CancellationToken.None);
        string ofProcess = new MetricsText(one.Metrics, one.Models, one.Sketches, time).OfProcess();
        PrometheusText text = PrometheusText.Parse(ofProcess + MetricsText.OfWindows(await one.Drift.ReadCurrentAsync(CancellationToken.None)));
        string version = $"{{model=\"{model}\",version=\"1\"}}";
        Assert.Equal(2, text.Samples["mlserverless_process_predictions_total" + version]);
        Assert.Equal(3, text.Samples["mlserverless_window_predictions" + version]);
        Assert.Equal(2, text.Samples["mlserverless_window_processes" + version]);
        Assert.Equal(1, text.Samples[$"mlserverless_window_requests{{model=\"{model}\",version=\"1\",outcome=\"refused\"}}"]);
        Assert.True(text.Samples.ContainsKey($"mlserverless_window_latency_seconds{{model=\"{model}\",version=\"1\",quantile=\"0.99\"}}"));
        Assert.All(text.Types.Keys, family => Assert.Matches("^mlserverless_(process|window)_", family));
    }

    [Theory]
    [InlineData("a 1")]
    [InlineData("# HELP a b\n# TYPE a counter\n")]
    [InlineData("# HELP a b\n# TYPE a gauge\na 1\na 2\n")]
    [InlineData("# HELP a b\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP a b\n# TYPE a gauge\na{b=1} 1\n")]
    [InlineData("# HELP a b\n# TYPE a gauge\na one\n")]
    [InlineData("# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n")]
    public void Parser_OfInvalidText_Refuses(string text) => Assert.Throws<FormatException>(() => PrometheusText.Parse(text));

    [Fact]
    public async Task Instruments_TellWhatTheTextTells()
    {
        var seen = new Dictionary<string, double>();
        AsyncLocal<bool>? own = null;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => Listen(instrument, self) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();

        // Other tests have processes of their own meanwhile: instruments count that this test makes.
        var isOurs = new AsyncLocal<bool>();
        own = isOurs;
        isOurs.Value = true;
        ServingProcess process = await PredictAsync();
        using var instruments = new ServingInstruments(process.Models, process.Sketches);
        time.Advance(TimeSpan.FromSeconds(3));
        listener.RecordObservableInstruments();
        Assert.Equal(
            (2, 1, 0, 1, 1, 1),
            (seen["mlserverless.process.predictions"], seen["mlserverless.process.requests.refused"], seen["mlserverless.process.requests.failed"], seen["mlserverless.process.model.loads"], seen["mlserverless.process.champion.version"], seen["mlserverless.process.cold_starts"]));
        Assert.True(seen.ContainsKey("mlserverless.process.request.duration"));
        Assert.Equal(3, seen["mlserverless.process.capture.lag"]);
        Assert.True(seen["mlserverless.process.cpu.time"] > 0);
        Assert.True(seen["mlserverless.process.memory.resident"] > 1e6);

        void Listen(Instrument instrument, MeterListener self)
        {
            if (own is { Value: true } && instrument.Meter.Name == ServingMetrics.MeterName)
                self.EnableMeasurementEvents(instrument);
        }

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => seen[instrument.Name] = value;
    }
}
