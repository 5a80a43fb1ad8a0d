namespace MlServerless.Pipelines.Registry;

/// <summary>What the gates say of a candidate.</summary>
/// <param name="Reasons">One for every gate, passed or not.</param>
public sealed record GateDecision(bool Passed, IReadOnlyList<string> Reasons);
