namespace MlServerless.DevHost.Configuration;

/// <summary>What host.json says, as far as it means something here.</summary>
internal sealed record HostSettings
{
    /// <summary>The longest body that a function may be sent over HTTP (100 MB, fixed by the host).</summary>
    public const long MaxRequestBytes = 104_857_600;

    public string RoutePrefix { get; init; } = "api";

    /// <summary>Null = no limit (<c>functionTimeout: -1</c>).</summary>
    public TimeSpan? FunctionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public CustomHandlerSettings Handler { get; init; } = new();

    public QueueSettings Queues { get; init; } = new();

    public DurableSettings Durable { get; init; } = new();
}
