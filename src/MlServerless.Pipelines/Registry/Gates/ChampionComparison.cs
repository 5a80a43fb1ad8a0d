using MlServerless.Learning.Evaluations;

namespace MlServerless.Pipelines.Registry;

/// <summary>The champion beside a candidate.</summary>
/// <param name="Metrics">On the candidate's hold-out; null where it could not be measured there, or must not be.</param>
/// <param name="Problem">Why it could not be measured.</param>
/// <param name="IsOtherLine">The split was changed since, so that the champion may have been trained on rows of this hold-out: the two do not compare.</param>
public sealed record ChampionComparison(int Version, IReadOnlyDictionary<string, double>? Metrics, string? Problem = null, bool IsOtherLine = false)
{
    /// <summary>By metric, the candidate against the champion on the same rows; one that is not defined for them is absent.</summary>
    public IReadOnlyDictionary<string, PairedComparison> Paired { get; init; } = new Dictionary<string, PairedComparison>(StringComparer.Ordinal);

    /// <summary>The same by the spec's metric, slice by slice.</summary>
    public IReadOnlyList<SliceComparison> Slices { get; init; } = [];
}
