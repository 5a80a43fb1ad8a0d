namespace MlServerless.Learning.Evaluations;

/// <summary>How well one class is told from all others.</summary>
/// <param name="Rows">Rows of the class.</param>
/// <param name="Predicted">Rows predicted to be of it.</param>
/// <param name="Precision">Null where none was predicted to be of it.</param>
/// <param name="Recall">Null where none is.</param>
/// <param name="F1">Null where both are so.</param>
public sealed record ClassFigures(string Label, long Rows, long Predicted, MetricEstimate? Precision, MetricEstimate? Recall, double? F1);
