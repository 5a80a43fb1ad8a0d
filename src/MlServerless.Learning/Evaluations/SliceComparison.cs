namespace MlServerless.Learning.Evaluations;

/// <summary>Two models on the rows of one slice.</summary>
/// <param name="PValue">That of <paramref name="Paired"/>, corrected for all slices that were compared (Bonferroni).</param>
/// <param name="Verdict">By that p-value.</param>
public sealed record SliceComparison(Slice Slice, PairedComparison Paired, double PValue, PairedVerdict Verdict);
