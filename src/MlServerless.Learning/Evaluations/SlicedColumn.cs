namespace MlServerless.Learning.Evaluations;

/// <summary>The slices of one column.</summary>
/// <param name="Problem">Why it could not be sliced; null where it was.</param>
/// <param name="Disparities">Per metric, over the slices that have rows enough; empty where fewer than two have.</param>
public sealed record SlicedColumn(string Column, IReadOnlyList<SliceFigures> Slices, IReadOnlyList<Disparity> Disparities, string? Problem = null);
