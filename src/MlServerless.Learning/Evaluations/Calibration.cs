namespace MlServerless.Learning.Evaluations;

/// <summary>Whether predictions are as large as what comes of them.</summary>
/// <param name="Bins">Bins that hold rows: ten of equal width for probabilities, ten of about equal numbers of rows for a regression.</param>
/// <param name="Ece">The expected calibration error, the mean distance between predicted and observed over the rows, bin by bin; null for a regression.</param>
/// <param name="EceByChance">What it would be about by chance alone, were the probabilities right.</param>
/// <param name="PValue">Of Spiegelhalter's test that the probabilities are right (1986); null for other than binary tasks, and where all are 0, 1/2 or 1.</param>
public sealed record Calibration(IReadOnlyList<CalibrationBin> Bins, MetricEstimate? Ece, double? EceByChance, double? PValue);
