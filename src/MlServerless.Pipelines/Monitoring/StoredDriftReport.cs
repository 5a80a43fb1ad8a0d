namespace MlServerless.Pipelines.Monitoring;

/// <summary>A drift report with its place in the store.</summary>
public sealed record StoredDriftReport(DriftReportEntry Entry, DriftReport Report);
