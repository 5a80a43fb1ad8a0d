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
}
