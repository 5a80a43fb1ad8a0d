namespace MlServerless.Pipelines.Alerts;

/// <summary>What an alert rests on; it says nothing that changes while the condition stays as it is.</summary>
/// <param name="Data">The data versions it speaks of, the newest first.</param>
/// <param name="Figures">By name; times are in seconds.</param>
public sealed record AlertEvidence(IReadOnlyList<AlertData> Data, IReadOnlyDictionary<string, double> Figures);
