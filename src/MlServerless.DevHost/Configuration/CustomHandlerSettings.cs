namespace MlServerless.DevHost.Configuration;

/// <summary>The <c>customHandler</c> section of host.json.</summary>
internal sealed record CustomHandlerSettings
{
    public string ExecutablePath { get; init; } = "";

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public string WorkingDirectory { get; init; } = "";

    public bool EnableForwarding { get; init; }

    public bool EnableProxying { get; init; }

    public TimeSpan InitializationTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
