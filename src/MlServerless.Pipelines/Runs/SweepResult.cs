namespace MlServerless.Pipelines.Runs;

/// <summary>What one sweep did.</summary>
public sealed record SweepResult(int Started, int Lost);
