using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Hashing;

/// <summary>The storage client finds its base class in our assembly when it computes its own checksums.</summary>
[Collection(AzuriteCollection.Name)]
public class StorageChecksumTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Upload_WithStorageCrc64_IsAccepted()
    {
        (_, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        BlobClient blob = clients.Container(names.Checkpoints).GetBlobClient("checked");
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

        await blob.UploadAsync(new MemoryStream(content), new BlobUploadOptions
        {
            TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.StorageCrc64 },
        });

        Assert.Equal(content, (await blob.DownloadContentAsync()).Value.Content.ToArray());
    }
}
