namespace MlServerless.Learning;

/// <summary>How much a model relies on one input.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="MeanAbsolute">Mean size of its contributions to a raw score, over rows; for multiclass added up over the classes.</param>
/// <param name="Gain">What the splits that ask for it reduced the training loss by; null for models without splits.</param>
public sealed record InputImportance(string Name, double MeanAbsolute, double? Gain = null);
