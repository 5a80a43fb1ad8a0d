namespace MlServerless.Learning.Artifacts;

/// <summary>Which trainer made a model.</summary>
internal sealed record TrainerDocument(string Name, int AlgorithmVersion);
