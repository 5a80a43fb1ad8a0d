namespace MlServerless.DevHost.Hosting;

/// <summary>Which Functions host is stood in for: its version header and the shape of its messages.</summary>
internal sealed record HostProfile
{
    public required string Name { get; init; }

    /// <summary>Value of <c>X-Azure-Functions-HostVersion</c>.</summary>
    public required string HostVersion { get; init; }

    /// <summary>Knows <c>enableProxyingHttpRequest</c> (hosts since April 2025).</summary>
    public required bool CanProxy { get; init; }

    /// <summary>Sends the fields that the durable extension 3.x added.</summary>
    public required bool DurableV3 { get; init; }

    /// <summary>The host and durable extension 2.13.7 whose exchanges are recorded.</summary>
    public static HostProfile Recorded { get; } =
        new() { Name = "2.x", HostVersion = "4.1037.0.0", CanProxy = false, DurableV3 = false };

    /// <summary>A host of 2026 with durable extension 3.x.</summary>
    public static HostProfile Current { get; } =
        new() { Name = "3.x", HostVersion = "4.1046.100.0", CanProxy = true, DurableV3 = true };
}
