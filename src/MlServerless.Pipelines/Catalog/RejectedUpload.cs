namespace MlServerless.Pipelines.Catalog;

/// <summary>An upload that no pipeline could take.</summary>
/// <param name="Id">What would have been the run id: the same upload is rejected once.</param>
public sealed record RejectedUpload(string Id, string Blob, string ETag, string Reason, DateTimeOffset RejectedAt);
