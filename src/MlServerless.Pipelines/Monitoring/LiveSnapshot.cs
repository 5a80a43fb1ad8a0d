namespace MlServerless.Pipelines.Monitoring;

/// <summary>A sketch at one moment.</summary>
/// <param name="Changes">How many changes it holds.</param>
/// <param name="At">Time stamp of the moment.</param>
internal sealed record LiveSnapshot(PredictionSketch Sketch, long Changes, long At);
