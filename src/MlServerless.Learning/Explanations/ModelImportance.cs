namespace MlServerless.Learning;

/// <summary>Global importance of the inputs.</summary>
/// <param name="Rows">Rows that were explained: an even choice of the validation rows, or of the training rows where there are none.</param>
/// <param name="Inputs">In the order of the signature.</param>
public sealed record ModelImportance(long Rows, IReadOnlyList<InputImportance> Inputs);
