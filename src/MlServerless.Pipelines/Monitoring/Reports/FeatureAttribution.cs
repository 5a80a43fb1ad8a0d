namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>How one feature goes with the predictions.</summary>
/// <param name="Reference">Its contribution index over hold-out rows; null where it cannot be told.</param>
/// <param name="Current">The same now.</param>
public sealed record FeatureAttribution(string Name, double? Reference, double? Current);
