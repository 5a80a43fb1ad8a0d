namespace MlServerless.Demo.Api;

/// <param name="Blob">Name inside the container of uploads.</param>
/// <param name="ETag">Without quotes.</param>
internal sealed record RunSource(string Blob, string? ETag);
