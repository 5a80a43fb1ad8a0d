using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>What a data version must have to be trained on, besides its schema, and when its difference from the one before is told.</summary>
public sealed record CheckSpec
{
    public int MinimumRows { get; init; } = 100;

    /// <summary>Fewer rows than this multiple of those of the version before are told.</summary>
    public double LeastRowRatio { get; init; } = 0.5;

    /// <summary>More rows than this multiple of those of the version before are told.</summary>
    public double MostRowRatio { get; init; } = 10;

    /// <summary>When a column counts as distributed otherwise than in the version before.</summary>
    public DriftOptions Shift { get; init; } = new();
}
