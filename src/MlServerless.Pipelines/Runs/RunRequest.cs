using MlServerless.Data;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Runs;

/// <summary>A run that is asked for.</summary>
public sealed record RunRequest
{
    /// <summary>Null for the newest, or for the window that ends with it.</summary>
    public ContentHash? DataVersion { get; init; }

    /// <summary>Requests with the same key start one run; null makes every request its own.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Null for what the spec says.</summary>
    public ModelMode? Mode { get; init; }

    /// <summary>Whether what earlier runs have made is not to be used.</summary>
    public bool Fresh { get; init; }

    /// <summary>A spec that is pinned already; null for that of the pipeline.</summary>
    public ContentHash? SpecHash { get; init; }

    public string Trigger { get; init; } = "request";

    /// <summary>The run that this one is to repeat.</summary>
    public RunRecord? Verifies { get; init; }
}
