using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>One move of an alias, chained to the entry before it.</summary>
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

    public required int ToVersion { get; init; }

    public required ContentHash ToHash { get; init; }

    public required string RunId { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public IReadOnlyDictionary<string, double>? ChampionMetrics { get; init; }

    /// <summary>SHA-256 of this entry's canonical JSON.</summary>
    public ContentHash ComputeHash() => CanonicalJson.Hash(this, PipelineJson.Default.PromotionLogEntry);
}
