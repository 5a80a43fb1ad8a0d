using MlServerless.Data;
using MlServerless.Pipelines.Monitoring.Reports;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>Where a drift report is stored, and what followed from it.</summary>
/// <param name="Verdict">The report's; null in rows of earlier versions of this app.</param>
public sealed record DriftReportEntry(ContentHash ReportHash, DateTimeOffset CreatedAt, string Trigger, string? Verdict = null, string? Reason = null, long Rows = 0, DriftAction? Action = null);
