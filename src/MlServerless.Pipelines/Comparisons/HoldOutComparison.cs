namespace MlServerless.Pipelines.Comparisons;

/// <summary>Two models on rows that neither was fitted to.</summary>
/// <param name="Algorithms">Where both are of one trainer, its name and the versions of its algorithm.</param>
public sealed record HoldOutComparison(CommonHoldOut HoldOut, IReadOnlyList<MetricDifference> Metrics, PredictionDifference? Predictions, IReadOnlyList<NamedChange> Algorithms)
{
    public static HoldOutComparison None(string problem) => new(CommonHoldOut.None(problem), [], null, []);
}
