namespace MlServerless.Learning.Evaluations;

/// <summary>A metric with its confidence interval.</summary>
/// <param name="Low">Null where no interval is known, as <paramref name="High"/> then.</param>
public sealed record MetricEstimate(double Value, double? Low, double? High);
