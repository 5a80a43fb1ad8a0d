namespace MlServerless.Pipelines.Ports;

/// <summary>Blobs that may be overwritten and deleted, by path: sketches, checkpoints.</summary>
public interface IBlobFolder
{
    Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Writes a blob that does not exist yet; one that exists is left as it is.</summary>
    /// <returns>False when it exists.</returns>
    Task<bool> TryAddAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(string path, CancellationToken cancellationToken);

    /// <returns>The content, or null when there is none.</returns>
    Task<byte[]?> FindAsync(string path, CancellationToken cancellationToken);

    /// <summary>Paths that start with the prefix, in ordinal order.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes every blob whose path starts with the prefix.</summary>
    Task DeleteAsync(string prefix, CancellationToken cancellationToken);
}
