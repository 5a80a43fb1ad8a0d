using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>One move of an alias, chained to the entry before it. Members are only ever added, and left out where they are null, so that hashes stay.</summary>
public sealed record PromotionLogEntry
{
    /// <summary>1, 2, …</summary>
    public required long Sequence { get; init; }

    /// <summary>The hash of the entry before; empty for the first.</summary>
    public required ContentHash Previous { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Alias { get; init; }

    /// <summary>The version that had the alias; null when nothing had.</summary>
    public int? FromVersion { get; init; }

    /// <summary>Null when the alias was taken away.</summary>
    public int? ToVersion { get; init; }

    public ContentHash? ToHash { get; init; }

    /// <summary>One of <see cref="AliasActions"/>; null reads as <see cref="AliasActions.Promote"/>.</summary>
    public string? Action { get; init; }

    /// <summary>The run that moved it; null where somebody did.</summary>
    public string? RunId { get; init; }

    public string? Who { get; init; }

    public string? Why { get; init; }

    /// <summary>What makes a repeated request known.</summary>
    public string? RequestId { get; init; }

    /// <summary>The stored evidence of the gates.</summary>
    public ContentHash? Evidence { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public IReadOnlyDictionary<string, double>? ChampionMetrics { get; init; }

    /// <summary>SHA-256 of this entry's canonical JSON.</summary>
    public ContentHash ComputeHash() => CanonicalJson.Hash(this, PipelineJson.Default.PromotionLogEntry);
}
