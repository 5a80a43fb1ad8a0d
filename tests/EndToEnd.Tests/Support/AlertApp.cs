namespace MlServerless.EndToEnd.Support;

/// <summary>The app with settings by which what takes hours is told within seconds, and with a collector for its spans.</summary>
public sealed class AlertApp : DevHostFixture, IDisposable
{
    public AlertApp()
        : this(new SpanCollector())
    {
    }

    private AlertApp(SpanCollector spans)
        : base(new DevHostOptions
        {
            Name = "alerts",
            Settings = new Dictionary<string, string>
            {
                ["MlServerless__TrafficInterval"] = "00:00:01",
                ["MlServerless__MaxAttempts"] = "1",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = spans.Endpoint.AbsoluteUri,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            },
        }) => Spans = spans;

    internal SpanCollector Spans { get; }

    public void Dispose() => Spans.Dispose();
}
