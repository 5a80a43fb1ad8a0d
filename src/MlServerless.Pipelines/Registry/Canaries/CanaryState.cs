namespace MlServerless.Pipelines.Registry.Canaries;

/// <summary>A canary and how it does.</summary>
/// <param name="Verdict">One of <see cref="CanaryVerdicts"/>.</param>
/// <param name="Reasons">Why, in words.</param>
public sealed record CanaryState(ModelAlias Canary, CanaryEvidence Own, CanaryEvidence Champion, string Verdict, IReadOnlyList<string> Reasons);
