using MlServerless.Learning.Evaluations;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>A metric of both models on the same rows.</summary>
/// <param name="Better"><c>higher</c> or <c>lower</c> values.</param>
/// <param name="Gain">What b gained, above 0 where it is better; with <paramref name="Low"/>, <paramref name="High"/>, <paramref name="PValue"/>, <paramref name="Verdict"/> and <paramref name="Method"/> null where the two cannot be tested on these rows.</param>
/// <param name="Low">Lower end of the gain's interval; null where there is none.</param>
/// <param name="High">Upper end.</param>
/// <param name="PValue">Of the paired test that both are equally good.</param>
/// <param name="Verdict">What that test says of b.</param>
/// <param name="Method">"DeLong" or "influence".</param>
public sealed record MetricDifference(
    string Metric, string Better, MetricEstimate? A, MetricEstimate? B, double? Gain, double? Low, double? High, double? PValue, PairedVerdict? Verdict, string? Method);
