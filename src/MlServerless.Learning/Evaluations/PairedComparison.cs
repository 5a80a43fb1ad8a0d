namespace MlServerless.Learning.Evaluations;

/// <summary>Two models on the same rows.</summary>
/// <param name="Metric">By which they are compared.</param>
/// <param name="Rows">Rows with a label.</param>
/// <param name="First">The metric of the first model.</param>
/// <param name="Second">The metric of the second model.</param>
/// <param name="Gain">By how much the first is better, in the metric's unit: above 0 whether larger or smaller values are good.</param>
/// <param name="Low">Lower end of the gain's confidence interval; null where one class has too few rows for any.</param>
/// <param name="High">Upper end, or null.</param>
/// <param name="PValue">The probability of a difference at least that large, to either side, between models that are equally good.</param>
/// <param name="Verdict">Better or worse where the p-value is below 1 - confidence and there are rows enough.</param>
/// <param name="Method">How it was found: "DeLong" or "influence".</param>
public sealed record PairedComparison(
    string Metric, long Rows, double First, double Second, double Gain, double? Low, double? High, double PValue, PairedVerdict Verdict, string Method);
