using System.Globalization;
using System.Text;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Serving;

/// <summary>Writes metrics in Prometheus' text format 0.0.4. Names say what they cover: <c>mlserverless_process_…</c> one process, <c>mlserverless_window_…</c> all of them.</summary>
public sealed class MetricsText(ServingMetrics metrics, ServedModels models, PredictionSketches sketches, TimeProvider time)
{
    private readonly long started = time.GetTimestamp();

    /// <summary>What this process counts.</summary>
    public string OfProcess()
    {
        var text = new StringBuilder();
        (string Model, int Version, ModelCounters Counters)[] known = [.. metrics.Models];
        Family(text, "mlserverless_process_predictions_total", "counter", "Predictions of this process.", known.Select(model => (Labels(model.Model, model.Version), (double)model.Counters.Predictions)));
        Family(text, "mlserverless_process_requests_total", "counter", "Prediction requests of this process by outcome.", known.SelectMany(model => new[]
        {
            (Labels(model.Model, model.Version, "outcome", "answered"), (double)model.Counters.Requests),
            (Labels(model.Model, model.Version, "outcome", "refused"), model.Counters.Refused),
            (Labels(model.Model, model.Version, "outcome", "failed"), model.Counters.Failed),
        }));
        Head(text, "mlserverless_process_request_duration_seconds", "histogram", "Durations of answered prediction requests of this process.");
        foreach ((string model, int version, ModelCounters counters) in known)
            Histogram(text, "mlserverless_process_request_duration_seconds", model, version, counters.Latency, counters.Duration.TotalSeconds);
        Family(text, "mlserverless_process_champion_version", "gauge", "The version that this process serves as champion.", models.Champions.Select(champion => (Labels(champion.Model.Name, null), (double)champion.Model.Version)));
        Family(text, "mlserverless_process_champion_degraded", "gauge", "1 while storage cannot be asked for the champion.", models.Champions.Select(champion => (Labels(champion.Model.Name, null), champion.Degraded ? 1.0 : 0)));
        Single(text, "mlserverless_process_model_loads_total", "counter", "Model versions that this process has read from storage.", metrics.Loads);
        Single(text, "mlserverless_process_models_loaded", "gauge", "Model versions in the memory of this process.", models.LoadedModels);
        Single(text, "mlserverless_process_capture_lag_seconds", "gauge", "How long the oldest prediction of this process that is not stored has waited.", sketches.Lag.TotalSeconds);
        Single(text, "mlserverless_process_cold_starts_total", "counter", "Starts of this process: 1.", 1);
        Single(text, "mlserverless_process_uptime_seconds", "gauge", "Since this process started to serve.", time.GetElapsedTime(started).TotalSeconds);
        Single(text, "mlserverless_process_cpu_seconds_total", "counter", "CPU of this process.", Environment.CpuUsage.TotalTime.TotalSeconds);
        Single(text, "mlserverless_process_resident_memory_bytes", "gauge", "Resident memory of this process.", Environment.WorkingSet);
        return text.ToString();
    }

    /// <summary>What all processes have stored of the current windows.</summary>
    public static string OfWindows(IReadOnlyList<WindowTraffic> windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        var text = new StringBuilder();
        Family(text, "mlserverless_window_predictions", "gauge", "Predictions of all processes in the current window, as far as they are stored.", windows.Select(window => (Labels(window.Model, window.Version), (double)window.Rows)));
        Family(text, "mlserverless_window_requests", "gauge", "Prediction requests of all processes in the current window by outcome.", windows.SelectMany(window => new[]
        {
            (Labels(window.Model, window.Version, "outcome", "answered"), (double)window.Traffic.Requests),
            (Labels(window.Model, window.Version, "outcome", "refused"), window.Traffic.Refused),
            (Labels(window.Model, window.Version, "outcome", "failed"), window.Traffic.Failed),
        }));
        Family(text, "mlserverless_window_processes", "gauge", "Processes that predict in the current window.", windows.Select(window => (Labels(window.Model, window.Version), (double)window.Processes)));
        Family(text, "mlserverless_window_latency_seconds", "gauge", "Quantiles of the durations of all processes' answered requests.", windows.SelectMany(window => new[] { 0.5, 0.99 }
            .Where(_ => window.Traffic.Requests > 0)
            .Select(quantile => (Labels(window.Model, window.Version, "quantile", quantile.ToString(CultureInfo.InvariantCulture)), window.Traffic.LatencyQuantile(quantile)!.Value))));
        return text.ToString();
    }

    private static void Family(StringBuilder text, string name, string kind, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        Head(text, name, kind, help);
        foreach ((string labels, double value) in samples)
            text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
    }

    private static void Single(StringBuilder text, string name, string kind, string help, double value) => Family(text, name, kind, help, [("", value)]);

    private static void Head(StringBuilder text, string name, string kind, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n");

    private static void Histogram(StringBuilder text, string name, string model, int version, IReadOnlyList<long> buckets, double sum)
    {
        // Every second bucket, filled or not: rates need the same ones at every scrape.
        long below = 0;
        for (int i = 0; i < buckets.Count; i++)
        {
            below += buckets[i];
            if (i % 2 == 0)
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{Labels(model, version, "le", TrafficCounts.Seconds(i).ToString("G6", CultureInfo.InvariantCulture))} {below}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{Labels(model, version, "le", "+Inf")} {below}\n{name}_sum{Labels(model, version)} {sum}\n{name}_count{Labels(model, version)} {below}\n");
    }

    /// <summary>Names of models need no escape: letters, digits and hyphens.</summary>
    private static string Labels(string model, int? version, string? name = null, string? value = null) => string.Create(
        CultureInfo.InvariantCulture, $"{{model=\"{model}\"{(version is { } number ? string.Create(CultureInfo.InvariantCulture, $",version=\"{number}\"") : "")}{(name is null ? "" : $",{name}=\"{value}\"")}}}");
}
