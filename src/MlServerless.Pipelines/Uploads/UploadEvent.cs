namespace MlServerless.Pipelines.Uploads;

/// <summary>What an event says of a new blob in the container of uploads.</summary>
/// <param name="Blob">Name inside the container.</param>
/// <param name="ETag">Without quotes; null when the event does not say.</param>
public sealed record UploadEvent(string Blob, Uri Url, string? ETag, string? Sequencer);
