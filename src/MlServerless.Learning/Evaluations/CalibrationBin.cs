namespace MlServerless.Learning.Evaluations;

/// <summary>Rows whose predictions are alike, and what came of them.</summary>
/// <param name="From">Predictions above this; the first bin holds its lower end, too.</param>
/// <param name="To">Up to this.</param>
/// <param name="Predicted">Their mean prediction: of the positive class, of the most probable class, or the value.</param>
/// <param name="Observed">The share of them of that class, or the mean of the labels.</param>
/// <param name="Low">Lower end of the confidence interval of <paramref name="Observed"/>.</param>
/// <param name="High">Its upper end.</param>
public sealed record CalibrationBin(double From, double To, long Rows, double Predicted, double Observed, double Low, double High);
