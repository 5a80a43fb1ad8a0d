using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MlServerless.Functions.Telemetry;
using MlServerless.Worker;

namespace MlServerless.Functions.Tests.Telemetry;

public sealed class OtlpExportTests
{
    /// <summary>A collector that takes what comes: the span and the metric of a call arrive there.</summary>
    [Fact]
    public async Task Export_WithAnEndpoint_SendsSpansAndMetrics()
    {
        var received = new ConcurrentDictionary<string, string>();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        await using WebApplication collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/{kind}", async (string kind, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(kind, Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            return Results.Ok();
        });
        await collector.StartAsync();
        Environment.SetEnvironmentVariable(OtlpExport.EndpointSetting, collector.Urls.Single());
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        try
        {
            using var export = new OtlpExport("1.2.3");
            await export.StartAsync(CancellationToken.None);
            using (Activity? span = WorkerTelemetry.Source.StartActivity("Predict"))
                span!.SetTag("mlserverless.model.hash", "abcdef");
            WorkerTelemetry.Meter.CreateCounter<long>("calls.of.this.test").Add(7);
            await export.StopAsync(CancellationToken.None);
        }
        finally
        {
            Environment.SetEnvironmentVariable(OtlpExport.EndpointSetting, null);
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", null);
        }

        Assert.Contains("Predict", received["traces"]);
        Assert.Contains("abcdef", received["traces"]);
        Assert.Contains("mlserverless", received["traces"]);
        Assert.Contains("calls.of.this.test", received["metrics"]);
    }
}
