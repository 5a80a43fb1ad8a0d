using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>The container that users write to.</summary>
internal sealed class BlobUploads(Lazy<BlobContainerClient> container) : IUploads
{
    // One range request each; small enough that an instance of 512 MB does not feel it, large enough for full speed.
    private const int RangeBytes = 8 * 1024 * 1024;

    public async Task<UploadInfo?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!BlobPath.IsAddressable(name))
        {
            return null;
        }

        BlobClient blob = container.Value.GetBlobClient(name);
        try
        {
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return new UploadInfo(name, blob.Uri, BlobETag.ToText(properties.ETag), NullIfEmpty(properties.VersionId), properties.LastModified, properties.ContentLength, properties.ContentType);
        }
        catch (RequestFailedException e) when (BlobErrors.IsBlobMissing(e))
        {
            return null;
        }
    }

    public Task<Stream> OpenReadAsync(string name, string etag, string? versionId, CancellationToken cancellationToken) =>
        OpenReadAsync(name, etag, versionId, 0, cancellationToken);

    public async Task<Stream> OpenReadAsync(string name, string etag, string? versionId, long offset, CancellationToken cancellationToken)
    {
        BlobBaseClient blob = container.Value.GetBlobClient(BlobPath.Require(name));
        var options = new BlobOpenReadOptions(allowModifications: false) { BufferSize = RangeBytes, Position = offset };
        if (versionId is null)
        {
            options.Conditions = new BlobRequestConditions { IfMatch = BlobETag.Parse(etag) };
        }
        else
        {
            blob = blob.WithVersion(versionId);
        }

        try
        {
            return new UploadStream(await blob.OpenReadAsync(options, cancellationToken).ConfigureAwait(false), name, etag);
        }
        catch (RequestFailedException e) when (UploadStream.IsChanged(e))
        {
            throw new UploadChangedException(name, etag);
        }
    }

    public async IAsyncEnumerable<UploadInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BlobItem blob in container.Value.GetBlobsAsync(prefix: prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (BlobPath.IsAddressable(blob.Name))
            {
                BlobItemProperties properties = blob.Properties;
                yield return new UploadInfo(
                    blob.Name,
                    container.Value.GetBlobClient(blob.Name).Uri,
                    BlobETag.ToText(properties.ETag.GetValueOrDefault()),
                    NullIfEmpty(blob.VersionId),
                    properties.LastModified.GetValueOrDefault(),
                    properties.ContentLength.GetValueOrDefault(),
                    properties.ContentType);
            }
        }
    }

    public Task<bool> TryDeleteAsync(string name, string etag, CancellationToken cancellationToken) =>
        BlobWrites.TryDeleteAsync(container.Value, BlobPath.Require(name), BlobETag.Parse(etag), cancellationToken);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
