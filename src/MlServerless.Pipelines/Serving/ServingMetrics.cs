using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Serving;

/// <summary>What this process has predicted since it started. The same counts are instruments of the meter <c>MlServerless.Serving</c>, for OpenTelemetry.</summary>
public sealed class ServingMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "MlServerless.Serving";

    private readonly ConcurrentDictionary<(string Model, int Version), ModelCounters> models = new();
    private readonly Meter meter = new(MeterName);
    private readonly Histogram<double> durations;
    private long loads;

    public ServingMetrics()
    {
        durations = meter.CreateHistogram<double>("mlserverless.process.request.duration", "s", "Duration of answered prediction requests in this process.");
        meter.CreateObservableCounter("mlserverless.process.predictions", () => Observe(counters => counters.Predictions), "{prediction}", "Predictions of this process.");
        meter.CreateObservableCounter("mlserverless.process.requests.refused", () => Observe(counters => counters.Refused), "{request}", "Requests that this process refused for their content.");
        meter.CreateObservableCounter("mlserverless.process.requests.failed", () => Observe(counters => counters.Failed), "{request}", "Requests that this process could not answer.");
        meter.CreateObservableCounter("mlserverless.process.model.loads", () => Interlocked.Read(ref loads), "{load}", "Model versions that this process has read from storage.");
    }

    /// <summary>Model versions that were read from storage.</summary>
    public long Loads => Interlocked.Read(ref loads);

    /// <summary>By model and version, in that order.</summary>
    public IEnumerable<(string Model, int Version, ModelCounters Counters)> Models =>
        models.OrderBy(entry => entry.Key.Model, StringComparer.Ordinal).ThenBy(entry => entry.Key.Version).Select(entry => (entry.Key.Model, entry.Key.Version, entry.Value));

    public void Dispose() => meter.Dispose();

    internal void Loaded() => Interlocked.Increment(ref loads);

    internal void Answered(ServedModel model, int rows, TimeSpan duration)
    {
        Of(model).Answered(rows, TrafficCounts.Bucket(duration), duration.Ticks);
        if (durations.Enabled)
            durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("model", model.Name), new KeyValuePair<string, object?>("version", model.Version));
    }

    internal void Refused(ServedModel model, int status) => Of(model).Unanswered(status);

    private ModelCounters Of(ServedModel model) =>
        models.TryGetValue((model.Name, model.Version), out ModelCounters? counters) ? counters : models.GetOrAdd((model.Name, model.Version), static _ => new ModelCounters());

    private IEnumerable<Measurement<long>> Observe(Func<ModelCounters, long> value) => models.Select(entry =>
        new Measurement<long>(value(entry.Value), new KeyValuePair<string, object?>("model", entry.Key.Model), new KeyValuePair<string, object?>("version", entry.Key.Version)));
}
