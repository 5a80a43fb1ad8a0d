using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>Content under <c>sha256/{hh}/{hash}</c>.</summary>
internal sealed class BlobContentStore(Lazy<BlobContainerClient> container) : IContentStore
{
    // Below it, asking first costs more than sending what may be there.
    private const int AskFirstBytes = 256 * 1024;

    public async Task<ContentHash> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ContentHash hash = ContentHash.Of(content.Span);
        if (content.Length >= AskFirstBytes && await ExistsAsync(hash, cancellationToken).ConfigureAwait(false))
        {
            return hash;
        }

        try
        {
            var absent = new BlobRequestConditions { IfNoneMatch = ETag.All };
            await BlobWrites.PutAsync(container.Value, PathOf(hash), content, absent, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (BlobErrors.IsConditionFailed(e))
        {
            // Somebody, or an earlier try of this request, wrote the same bytes.
        }

        return hash;
    }

    public async Task<byte[]> ReadAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        using BlobDownloadStreamingResult blob = await OpenAsync(hash, cancellationToken).ConfigureAwait(false);
        byte[] content = await BlobReads.ReadAllAsync(blob, cancellationToken).ConfigureAwait(false);
        ContentHash actual = ContentHash.Of(content);
        return actual == hash ? content : throw new ContentCorruptException(hash, actual);
    }

    public async Task<Stream> OpenReadAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        BlobDownloadStreamingResult blob = await OpenAsync(hash, cancellationToken).ConfigureAwait(false);
        return new VerifyingStream(blob.Content, blob.Details.ContentLength, hash);
    }

    public async Task<bool> ExistsAsync(ContentHash hash, CancellationToken cancellationToken) =>
        await container.Value.GetBlobClient(PathOf(hash)).ExistsAsync(cancellationToken).ConfigureAwait(false);

    internal static string PathOf(ContentHash hash) =>
        hash.Hex.Length == 0
            ? throw new ArgumentException("The content hash is empty: it was never set.", nameof(hash))
            : $"sha256/{hash.Hex[..2]}/{hash.Hex}";

    private async Task<BlobDownloadStreamingResult> OpenAsync(ContentHash hash, CancellationToken cancellationToken) =>
        await BlobReads.OpenAsync(container.Value, PathOf(hash), cancellationToken).ConfigureAwait(false)
        ?? throw new ContentMissingException(hash);
}
