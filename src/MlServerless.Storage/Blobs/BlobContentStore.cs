using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>Content under <c>sha256/{hh}/{hash}</c>.</summary>
internal sealed class BlobContentStore(Lazy<BlobContainerClient> container, TimeSpan refreshAfter) : IContentStore
{
    // Below it, asking first costs more than sending what may be there.
    private const int AskFirstBytes = 256 * 1024;

    public async Task<ContentHash> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ContentHash hash = ContentHash.Of(content.Span);
        bool askFirst = content.Length >= AskFirstBytes;
        while (!(askFirst && await TryRefreshAsync(hash, cancellationToken).ConfigureAwait(false)))
        {
            try
            {
                var absent = new BlobRequestConditions { IfNoneMatch = ETag.All };
                await BlobWrites.PutAsync(container.Value, PathOf(hash), content, absent, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (RequestFailedException e) when (BlobErrors.IsConditionFailed(e))
            {
                // Somebody, or an earlier try of this request, wrote the same bytes.
                askFirst = true;
            }
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

    public async IAsyncEnumerable<StoredContent> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BlobItem blob in container.Value.GetBlobsAsync(prefix: "sha256/", cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (ContentHash.TryParse(blob.Name[(blob.Name.LastIndexOf('/') + 1)..], out ContentHash hash) && blob.Name == PathOf(hash))
            {
                BlobItemProperties properties = blob.Properties;
                yield return new StoredContent(
                    hash,
                    properties.ContentLength.GetValueOrDefault(),
                    properties.LastModified.GetValueOrDefault(),
                    BlobETag.ToText(properties.ETag.GetValueOrDefault()));
            }
        }
    }

    public Task<bool> TryDeleteAsync(StoredContent content, CancellationToken cancellationToken) =>
        BlobWrites.TryDeleteAsync(container.Value, PathOf(content.Hash), BlobETag.Parse(content.ETag), cancellationToken);

    internal static string PathOf(ContentHash hash) =>
        hash.Hex.Length == 0
            ? throw new ArgumentException("The content hash is empty: it was never set.", nameof(hash))
            : $"sha256/{hash.Hex[..2]}/{hash.Hex}";

    /// <summary>Makes what is there count as written anew: its new ETag keeps a sweep that listed it before from deleting it.</summary>
    /// <returns>False when it is not there.</returns>
    private async Task<bool> TryRefreshAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        BlobClient blob = container.Value.GetBlobClient(PathOf(hash));
        try
        {
            Response<BlobProperties> found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);

            // By the service's clock on both sides.
            if (found.GetRawResponse().Headers.Date is not { } now || found.Value.LastModified + refreshAfter <= now)
            {
                await blob.SetMetadataAsync(found.Value.Metadata, cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (RequestFailedException e) when (BlobErrors.IsBlobMissing(e))
        {
            return false;
        }
    }

    private async Task<BlobDownloadStreamingResult> OpenAsync(ContentHash hash, CancellationToken cancellationToken) =>
        await BlobReads.OpenAsync(container.Value, PathOf(hash), cancellationToken).ConfigureAwait(false)
        ?? throw new ContentMissingException(hash);
}
