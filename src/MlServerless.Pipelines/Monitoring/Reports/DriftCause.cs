using MlServerless.Data;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>A feature that drifts or is watched, by what it is likely to do to the predictions.</summary>
/// <param name="Share">Its part of all causes: how far it moved times what part of the decisions rests on it.</param>
public sealed record DriftCause(string Feature, double Share, string Reason)
{
    internal static IReadOnlyList<DriftCause> Rank(IReadOnlyList<FeatureDrift> features, IReadOnlyDictionary<string, double>? weights)
    {
        (FeatureDrift Feature, double Size)[] moved =
        [
            .. features.Where(feature => feature.Verdict is DriftVerdicts.Drift or DriftVerdicts.Watch).Select(feature => (feature, feature.JensenShannon * (weights?.GetValueOrDefault(feature.Name) ?? 1))),
        ];
        double total = moved.Sum(cause => cause.Size);
        return [.. moved.OrderByDescending(cause => cause.Size).Select(cause => new DriftCause(cause.Feature.Name, total > 0 ? cause.Size / total : 0, cause.Feature.Reason))];
    }
}
