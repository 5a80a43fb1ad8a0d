namespace MlServerless.Pipelines.Steps;

/// <param name="Candidates">The names of the spec's candidates, in its order.</param>
/// <param name="Parts">How many parts the data version has, where it is known already; null when it must be ingested.</param>
public sealed record PinResult(IReadOnlyList<string> Candidates, int? Parts);
