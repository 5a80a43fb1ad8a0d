namespace MlServerless.Learning.Evaluations;

/// <summary>A row whose label the model held for unlikely, or whose value it missed by much.</summary>
/// <param name="Row">Its 1-based number in the data version.</param>
/// <param name="Key">Its values of the key's columns.</param>
/// <param name="Actual">Its label.</param>
/// <param name="Predicted">What was predicted.</param>
/// <param name="Probability">The probability given to what was predicted; null for a regression.</param>
/// <param name="Loss">Its log-loss or squared error.</param>
public sealed record SurprisingRow(long Row, IReadOnlyDictionary<string, string?> Key, string Actual, string Predicted, double? Probability, double Loss);
