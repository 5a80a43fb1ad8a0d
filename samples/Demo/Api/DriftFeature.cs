namespace MlServerless.Demo.Api;

/// <param name="Psi">Population stability index against the training data.</param>
internal sealed record DriftFeature(string Name, string? Type, double? Psi, bool Drifted, string? Reason);
