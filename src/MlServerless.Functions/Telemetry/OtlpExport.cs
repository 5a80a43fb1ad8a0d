using MlServerless.Worker;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MlServerless.Functions.Telemetry;

/// <summary>
/// Sends spans and metrics by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the exporter reads the other OTEL_ variables itself. Without it nothing
/// of OpenTelemetry is loaded: on Azure the host exports logs and requests.
/// </summary>
/// <param name="instruments">Of the serving, that only exporters need; made when exports begin.</param>
internal sealed class OtlpExport(string version, Func<IDisposable>? instruments = null) : IHostedService, IDisposable
{
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private TracerProvider? traces;
    private MeterProvider? metrics;
    private IDisposable? serving;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService("mlserverless", serviceVersion: version);
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(WorkerTelemetry.Name).AddOtlpExporter().Build();
        serving = instruments?.Invoke();
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(WorkerTelemetry.Name).AddMeter(MlServerless.Pipelines.Serving.ServingMetrics.MeterName).AddMeter("System.Runtime").AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        traces?.ForceFlush(5000);
        metrics?.ForceFlush(5000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
        serving?.Dispose();
    }
}
