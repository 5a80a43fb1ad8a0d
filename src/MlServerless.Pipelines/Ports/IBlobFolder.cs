namespace MlServerless.Pipelines.Ports;

/// <summary>Blobs that may be overwritten and deleted, by path: sketches, checkpoints.</summary>
public interface IBlobFolder
{
    Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <returns>The content, or null when there is none.</returns>
    Task<byte[]?> FindAsync(string path, CancellationToken cancellationToken);

    /// <summary>Paths that start with the prefix, in ordinal order.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes every blob whose path starts with the prefix.</summary>
    Task DeleteAsync(string prefix, CancellationToken cancellationToken);
}
