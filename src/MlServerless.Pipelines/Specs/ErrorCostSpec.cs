namespace MlServerless.Pipelines.Specs;

/// <summary>What errors cost.</summary>
/// <param name="FalsePositive">Of a binary task: one row wrongly predicted positive. Goes with <paramref name="FalseNegative"/>.</param>
/// <param name="FalseNegative">Of a binary task: one positive row that was missed.</param>
/// <param name="Unit">Of both, such as EUR.</param>
/// <param name="Note">In words.</param>
public sealed record ErrorCostSpec(double? FalsePositive, double? FalseNegative, string? Unit, string? Note);
