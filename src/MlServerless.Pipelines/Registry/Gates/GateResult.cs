namespace MlServerless.Pipelines.Registry;

/// <summary>What one gate says.</summary>
/// <param name="Gate">Its place in the spec: "minimum.auc", "slices.maxDifference.recall", "rules.sure", or "champion".</param>
/// <param name="Reason">In words, with the figures.</param>
/// <param name="Evidence">The figures by name; what is missing is absent.</param>
public sealed record GateResult(string Gate, bool Passed, string Reason, IReadOnlyDictionary<string, double> Evidence);
