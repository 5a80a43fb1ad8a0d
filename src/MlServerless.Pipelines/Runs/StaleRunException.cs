namespace MlServerless.Pipelines.Runs;

/// <summary>The run has ended, or a later attempt of it is under way: the caller's work is no longer wanted and has changed nothing.</summary>
public sealed class StaleRunException(RunRef run, string why)
    : Exception($"Attempt {run.Attempt} of run {run.RunId} is no longer wanted: {why}.");
