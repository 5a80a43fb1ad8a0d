namespace MlServerless.Pipelines.Ports;

/// <summary>The container <c>batches</c>: users put files of rows there, and what was predicted for them is written beside.</summary>
public interface IBatchFiles
{
    Task<UploadInfo?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Opens a file from an offset on, as it was when it had this ETag (by its version id where one is given, else with If-Match on every request of the read).</summary>
    /// <exception cref="UploadChangedException">It has changed or gone; thrown here or by a later read.</exception>
    Task<Stream> OpenReadAsync(string name, string etag, string? versionId, long offset, CancellationToken cancellationToken);

    /// <summary>Puts a block of a file that is not there yet. The same block again takes the place of the one before.</summary>
    /// <param name="block">Up to 64 characters; all blocks of a file have names of one length.</param>
    Task StageAsync(string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes the file out of its blocks, in this order. Doing it again changes nothing.</summary>
    Task CommitAsync(string name, IReadOnlyList<string> blocks, string contentType, CancellationToken cancellationToken);
}
