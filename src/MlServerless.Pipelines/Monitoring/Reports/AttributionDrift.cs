using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>
/// Whether the predictions still follow the features that they followed at training. A feature's contribution index is its correlation with the prediction
/// (a category's correlation ratio), which needs no labels; the order of features by it is compared by NDCG (Järvelin and Kekäläinen, 2002).
/// </summary>
/// <param name="Verdict">One of <see cref="DriftVerdicts"/>.</param>
/// <param name="Ndcg">1 where the order is that of training; below <see cref="LeastNdcg"/> is drift.</param>
/// <param name="Features">By contribution at training, the largest first.</param>
public sealed record AttributionDrift(string Verdict, double? Ndcg, IReadOnlyList<FeatureAttribution> Features)
{
    public const double LeastNdcg = 0.9;

    /// <param name="reference">Null where nothing is known of training.</param>
    internal static AttributionDrift? Of(ModelSignature signature, IReadOnlyList<AssociationCounts>? reference, IReadOnlyList<AssociationCounts>? current, bool enough)
    {
        if (current is null || current.Count != signature.Inputs.Count || (reference is not null && reference.Count != current.Count))
            return null;
        FeatureAttribution[] features =
        [
            .. signature.Inputs.Select((input, i) => new FeatureAttribution(input.Name, reference?[i].Index(), current[i].Index())).OrderByDescending(feature => Size(feature.Reference)),
        ];
        double ideal = Gain(features);
        if (reference is null || !enough || ideal == 0)
            return new AttributionDrift(DriftVerdicts.InsufficientData, null, features);
        double ndcg = Gain(features.OrderByDescending(feature => Size(feature.Current))) / ideal;
        return new AttributionDrift(ndcg < LeastNdcg ? DriftVerdicts.Drift : DriftVerdicts.Ok, ndcg, features);
    }

    /// <summary>What part of the decisions rests on each feature; null where that is not known.</summary>
    internal IReadOnlyDictionary<string, double>? Weights()
    {
        double total = Features.Sum(feature => Size(feature.Reference));
        return total > 0 ? Features.ToDictionary(feature => feature.Name, feature => Size(feature.Reference) / total, StringComparer.Ordinal) : null;
    }

    private static double Gain(IEnumerable<FeatureAttribution> features) => features.Select((feature, i) => Size(feature.Reference) / DeterministicMath.Log(i + 2)).Sum();

    private static double Size(double? index) => Math.Abs(index ?? 0);
}
