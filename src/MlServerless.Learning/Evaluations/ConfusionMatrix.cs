namespace MlServerless.Learning.Evaluations;

/// <summary>How often each class was predicted for each.</summary>
/// <param name="Labels">The classes in the model's order; beyond twenty the most frequent, and last "(others)".</param>
/// <param name="Counts">Rows of the class of the line that were predicted to be of the class of the column.</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<long>> Counts);
