namespace MlServerless.Pipelines.Comparisons;

/// <summary>How much both models rely on an input, as its share of all inputs' mean absolute contributions.</summary>
/// <param name="A">Null where a's model does not have it.</param>
/// <param name="B">Null where b's model does not have it.</param>
/// <param name="Change">b's share less a's.</param>
public sealed record ImportanceDifference(string Column, double? A, double? B, double Change);
