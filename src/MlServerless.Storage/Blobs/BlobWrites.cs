using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace MlServerless.Storage.Blobs;

/// <summary>Writes a blob with one Put Blob request, so that a reader sees the whole content or none.</summary>
internal static class BlobWrites
{
    // The service's limit for one Put Blob: 5000 MiB. Above it the client would cut the content into blocks.
    private static readonly StorageTransferOptions OneRequest = new() { InitialTransferSize = 5000L * 1024 * 1024, MaximumTransferSize = 5000L * 1024 * 1024 };

    public static async Task<ETag> PutAsync(
        BlobContainerClient container,
        string path,
        ReadOnlyMemory<byte> content,
        BlobRequestConditions? conditions,
        CancellationToken cancellationToken,
        string contentType = "application/octet-stream",
        Dictionary<string, string>? metadata = null)
    {
        var options = new BlobUploadOptions
        {
            Conditions = conditions,
            TransferOptions = OneRequest,
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
            Metadata = metadata,
        };
        Response<BlobContentInfo> response = await container.GetBlobClient(path)
            .UploadAsync(BinaryData.FromBytes(content), options, cancellationToken).ConfigureAwait(false);
        return response.Value.ETag;
    }

    /// <returns>False when the blob has another ETag or is gone.</returns>
    public static async Task<bool> TryDeleteAsync(BlobContainerClient container, string path, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            await container.GetBlobClient(path)
                .DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, new BlobRequestConditions { IfMatch = etag }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (BlobErrors.IsBlobMissing(e) || BlobErrors.IsConditionFailed(e))
        {
            return false;
        }
    }
}
