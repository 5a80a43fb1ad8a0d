namespace MlServerless.Pipelines.Runs;

/// <summary>A message on the queue of commands.</summary>
/// <param name="Kind"><c>start</c>: start this attempt of this run.</param>
public sealed record Command(string Kind, RunRef Run);
