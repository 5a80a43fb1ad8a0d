using MlServerless.Data;

namespace MlServerless.Pipelines.Ports;

/// <summary>Immutable content, addressed by the SHA-256 of its bytes. Writing the same content twice, also at the same time, leaves one copy.</summary>
public interface IContentStore
{
    /// <summary>Stores the bytes under their hash unless they are there already. What was there counts as written anew, so that no sweep in progress takes it.</summary>
    Task<ContentHash> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Reads the whole content and checks it against its hash.</summary>
    /// <exception cref="ContentMissingException">Nothing is stored under that hash.</exception>
    /// <exception cref="ContentCorruptException">The stored bytes have another hash.</exception>
    Task<byte[]> ReadAsync(ContentHash hash, CancellationToken cancellationToken);

    /// <summary>Opens the content as a forward-only stream whose last read throws <see cref="ContentCorruptException"/> when the bytes do not have that hash.</summary>
    /// <exception cref="ContentMissingException">Nothing is stored under that hash.</exception>
    Task<Stream> OpenReadAsync(ContentHash hash, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(ContentHash hash, CancellationToken cancellationToken);

    /// <summary>Everything that is stored, in ordinal order of the hashes.</summary>
    IAsyncEnumerable<StoredContent> ListAsync(CancellationToken cancellationToken);

    /// <summary>Deletes what a listing told of, unless it was written again since.</summary>
    Task<bool> TryDeleteAsync(StoredContent content, CancellationToken cancellationToken);
}
