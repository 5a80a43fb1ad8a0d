namespace MlServerless.Pipelines.Ports;

/// <summary>The container <c>incoming</c>: written by users; here it is read, and uploads are deleted only where an erasure or a retention rule says so.</summary>
public interface IUploads
{
    Task<UploadInfo?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Opens an upload as it was when it had this ETag (by its version id where one is given, else with If-Match on every request of the read).</summary>
    /// <exception cref="UploadChangedException">It has changed or gone; thrown here or by a later read.</exception>
    Task<Stream> OpenReadAsync(string name, string etag, string? versionId, CancellationToken cancellationToken);

    /// <summary>Lists uploads whose name starts with the prefix, in ordinal order of their names.</summary>
    IAsyncEnumerable<UploadInfo> ListAsync(string? prefix, CancellationToken cancellationToken);

    /// <summary>Deletes an upload that still has this ETag.</summary>
    /// <returns>False when it has changed or gone.</returns>
    Task<bool> TryDeleteAsync(string name, string etag, CancellationToken cancellationToken);
}
