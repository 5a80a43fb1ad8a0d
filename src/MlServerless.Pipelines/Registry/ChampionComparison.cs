namespace MlServerless.Pipelines.Registry;

/// <summary>The champion beside a candidate.</summary>
/// <param name="Metrics">On the candidate's hold-out; null where it could not be measured there, or must not be.</param>
/// <param name="Problem">Why it could not be measured.</param>
/// <param name="IsOtherLine">The split was changed since, so that the champion may have been trained on rows of this hold-out: the two do not compare.</param>
public sealed record ChampionComparison(int Version, IReadOnlyDictionary<string, double>? Metrics, string? Problem = null, bool IsOtherLine = false);
