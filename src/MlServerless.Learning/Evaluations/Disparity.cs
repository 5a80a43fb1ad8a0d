namespace MlServerless.Learning.Evaluations;

/// <summary>How far a metric differs between the slices of a column.</summary>
/// <param name="Metric">A metric's name, or "selectionRate".</param>
/// <param name="Difference">Between the largest and the smallest value.</param>
/// <param name="Ratio">The smallest over the largest; null where the largest is not above 0.</param>
/// <param name="Best">Label of the slice with the best value; of "selectionRate" the largest.</param>
/// <param name="Worst">Label of the slice with the worst value.</param>
/// <param name="PValue">The probability of such a difference by chance, corrected for the number of pairs of slices; null where it is not known.</param>
public sealed record Disparity(string Metric, double Difference, double? Ratio, string Best, string Worst, double? PValue);
