namespace MlServerless.Demo.Api;

/// <param name="Metrics">On the validation part.</param>
internal sealed record RunCandidate(string Name, string Trainer, string? ModelHash, IReadOnlyDictionary<string, double> Metrics);
