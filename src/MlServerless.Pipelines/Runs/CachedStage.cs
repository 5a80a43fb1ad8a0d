using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>The result of a step, kept for runs with the same inputs.</summary>
/// <param name="Result">As JSON.</param>
/// <param name="Outputs">The content that the result stands on.</param>
/// <param name="RunId">The run that made it.</param>
public sealed record CachedStage(IReadOnlyDictionary<string, string> Inputs, string Result, IReadOnlyDictionary<string, ContentHash> Outputs, string RunId, DateTimeOffset At);
