namespace MlServerless.Pipelines.Ports;

/// <summary>One blob in the container of uploads, as it was when it was looked at.</summary>
/// <param name="Name">The name inside the container, e.g. <c>churn/2026-01.csv</c>.</param>
/// <param name="ETag">Without quotes.</param>
/// <param name="VersionId">Where the account keeps blob versions and the upload was looked at alone, else null: lists do not tell it.</param>
/// <param name="LastModified">UTC, in whole seconds.</param>
public sealed record UploadInfo(string Name, Uri Url, string ETag, string? VersionId, DateTimeOffset LastModified, long Bytes, string? ContentType);
