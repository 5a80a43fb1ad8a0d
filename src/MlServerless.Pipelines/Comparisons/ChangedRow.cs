namespace MlServerless.Pipelines.Comparisons;

/// <summary>A row that the models see differently.</summary>
/// <param name="Row">Its 1-based number in the data version of the hold-out.</param>
/// <param name="Key">Its values of the key's columns.</param>
/// <param name="Actual">Its label; null where there is none.</param>
/// <param name="A">What a predicts: a class, or a number.</param>
/// <param name="B">What b predicts.</param>
/// <param name="ScoreA">a's probability of b's class; of a regression null.</param>
/// <param name="ScoreB">b's probability of b's class; of a regression null.</param>
public sealed record ChangedRow(long Row, IReadOnlyDictionary<string, string?> Key, string? Actual, string A, string B, double? ScoreA, double? ScoreB);
