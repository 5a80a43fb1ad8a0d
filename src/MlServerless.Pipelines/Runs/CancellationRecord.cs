namespace MlServerless.Pipelines.Runs;

/// <summary>Who ended a run, and why.</summary>
public sealed record CancellationRecord(DateTimeOffset At, string Who, string Why);
