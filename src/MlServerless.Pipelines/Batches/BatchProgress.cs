namespace MlServerless.Pipelines.Batches;

/// <summary>How far a batch job has come.</summary>
/// <param name="Parts">Parts whose answers are stored.</param>
/// <param name="Predicted">Rows of them that were predicted.</param>
/// <param name="Refused">Rows of them that do not fit the model.</param>
public sealed record BatchProgress(int Parts, long Predicted, long Refused);
