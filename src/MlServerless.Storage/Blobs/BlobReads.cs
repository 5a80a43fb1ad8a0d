using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace MlServerless.Storage.Blobs;

/// <summary>Reads whole blobs.</summary>
internal static class BlobReads
{
    /// <returns>The response whose content streams, or null when there is no such blob.</returns>
    public static async Task<BlobDownloadStreamingResult?> OpenAsync(BlobContainerClient container, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await container.GetBlobClient(path).DownloadStreamingAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (BlobErrors.IsBlobMissing(e))
        {
            return null;
        }
    }

    /// <summary>The content in one array of its size, filled straight from the network.</summary>
    public static async Task<byte[]> ReadAllAsync(BlobDownloadStreamingResult blob, CancellationToken cancellationToken)
    {
        byte[] content = new byte[blob.Details.ContentLength];
        await blob.Content.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        return content;
    }
}
