namespace MlServerless.Learning.Evaluations;

/// <summary>A slice and how good the model is on it.</summary>
/// <param name="Rows">Rows with a label.</param>
/// <param name="MeanTarget">The share of the positive class, or the mean of the label; null for multiclass.</param>
/// <param name="MeanPrediction">The mean probability or value; null for multiclass.</param>
/// <param name="SelectionRate">The share of rows predicted positive; null for other than binary tasks.</param>
/// <param name="Metrics">Empty where the slice has fewer rows than are asked for.</param>
public sealed record SliceFigures(
    Slice Slice, long Rows, double? MeanTarget, double? MeanPrediction, double? SelectionRate, IReadOnlyDictionary<string, MetricEstimate> Metrics);
