using MlServerless.Data;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>Where a drift report is stored.</summary>
public sealed record DriftReportEntry(ContentHash ReportHash, DateTimeOffset CreatedAt, string Trigger);
