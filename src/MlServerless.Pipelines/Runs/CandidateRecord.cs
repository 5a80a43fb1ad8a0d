using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>One trained candidate.</summary>
/// <param name="Metrics">On the validation part.</param>
public sealed record CandidateRecord(string Name, string Trainer, ContentHash ModelHash, IReadOnlyDictionary<string, double> Metrics);
