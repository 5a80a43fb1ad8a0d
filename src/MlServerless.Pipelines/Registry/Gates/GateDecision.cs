namespace MlServerless.Pipelines.Registry;

/// <summary>What the gates say of a candidate.</summary>
/// <param name="Gates">All of them, passed or not.</param>
public sealed record GateDecision(IReadOnlyList<GateResult> Gates)
{
    /// <summary>Whether every gate is passed.</summary>
    public bool Passed => Gates.All(gate => gate.Passed);

    /// <summary>One for every gate, passed or not.</summary>
    public IReadOnlyList<string> Reasons => [.. Gates.Select(gate => (gate.Passed ? "passed: " : "failed: ") + gate.Reason)];
}
