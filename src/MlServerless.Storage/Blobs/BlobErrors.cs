using Azure;
using Azure.Storage.Blobs.Models;

namespace MlServerless.Storage.Blobs;

/// <summary>Which answers of the Blob service say something about a blob, and not that its container is missing.</summary>
internal static class BlobErrors
{
    // A HEAD request's answer has no body; its code stands in a header that the client reads too.
    public static bool IsBlobMissing(RequestFailedException e) => e.Status == 404 && e.ErrorCode != BlobErrorCode.ContainerNotFound;

    public static bool IsConditionFailed(RequestFailedException e) =>
        e.Status == 412 || (e.Status == 409 && e.ErrorCode == BlobErrorCode.BlobAlreadyExists);
}
