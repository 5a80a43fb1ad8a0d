using MlServerless.Data;

namespace MlServerless.Pipelines.Alerts;

/// <summary>One data version in the evidence of an alert.</summary>
/// <param name="Rows">Data rows of the upload; null before its check.</param>
public sealed record AlertData(ContentHash DataVersion, string Blob, DateTimeOffset UploadedAt, ContentHash? ReportHash, long? Rows);
