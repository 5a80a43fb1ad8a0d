namespace MlServerless.Data;

/// <summary>The comparison of current data with a reference.</summary>
public sealed record DriftResult
{
    /// <summary>One of <see cref="DriftVerdicts"/>: drift if a feature drifts, else watch if one is watched.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    public required long ReferenceRows { get; init; }

    public required long CurrentRows { get; init; }

    /// <summary>In the order of the reference.</summary>
    public required IReadOnlyList<FeatureDrift> Features { get; init; }

    /// <summary>The comparison of the predictions; null where they were not compared.</summary>
    public FeatureDrift? Predictions { get; init; }
}
