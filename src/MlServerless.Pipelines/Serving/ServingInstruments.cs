using System.Diagnostics.Metrics;
using MlServerless.Pipelines.Monitoring;

namespace MlServerless.Pipelines.Serving;

/// <summary>
/// What <see cref="ServingMetrics"/> does not count but <c>GET /metrics</c> tells, as instruments of the same meter: champions, memory, processor, starts and
/// the lag of capture. All are of this process; exporters tell processes apart by their resource.
/// </summary>
public sealed class ServingInstruments : IDisposable
{
    private readonly Meter meter = new(ServingMetrics.MeterName);

    public ServingInstruments(ServedModels models, PredictionSketches sketches)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(sketches);
        meter.CreateObservableGauge("mlserverless.process.champion.version", () => models.Champions.Select(champion => Of(champion, (long)champion.Model.Version)), null, "The version that this process serves as champion.");
        meter.CreateObservableGauge("mlserverless.process.champion.degraded", () => models.Champions.Select(champion => Of(champion, champion.Degraded ? 1L : 0)), null, "1 while storage cannot be asked for the champion.");
        meter.CreateObservableGauge("mlserverless.process.models.loaded", () => models.LoadedModels, "{model}", "Model versions in the memory of this process.");
        meter.CreateObservableGauge("mlserverless.process.capture.lag", () => sketches.Lag.TotalSeconds, "s", "How long the oldest prediction of this process that is not stored has waited.");
        meter.CreateObservableCounter("mlserverless.process.cold_starts", () => 1L, "{start}", "Starts of this process: 1.");
        meter.CreateObservableCounter("mlserverless.process.cpu.time", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "CPU of this process.");
        meter.CreateObservableGauge("mlserverless.process.memory.resident", () => Environment.WorkingSet, "By", "Resident memory of this process.");
    }

    public void Dispose() => meter.Dispose();

    private static Measurement<long> Of(ModelAnswer champion, long value) => new(value, new KeyValuePair<string, object?>("model", champion.Model.Name));
}
