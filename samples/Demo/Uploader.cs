using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using MlServerless.Samples;

namespace MlServerless.Demo;

/// <summary>Puts files into the container of uploads, with Azure's own client.</summary>
internal sealed class Uploader(string connectionString)
{
    private readonly BlobContainerClient container = new(connectionString, "incoming");

    /// <summary>An address to which anybody may put that blob for a day, without a key.</summary>
    /// <param name="from">The container; <c>incoming</c> where none is named.</param>
    public Uri Address(string name, TimeProvider time, string? from = null) =>
        (from is null ? container : new BlobContainerClient(connectionString, from)).GetBlobClient(name).GenerateSasUri(BlobSasPermissions.Create | BlobSasPermissions.Write, time.GetUtcNow().AddDays(1));

    public async Task<Upload> UploadAsync(SampleDataSet data, SampleFile file, CancellationToken cancellationToken)
    {
        string name = $"{data.Name}/{file.Name}";
        try
        {
            using var content = new MemoryStream(file.ToBytes());
            Response<BlobContentInfo> answer = await container.GetBlobClient(name).UploadAsync(
                content, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv" } }, cancellationToken);
            return new Upload(data.Name, name, answer.Value.ETag.ToString().Trim('"'));
        }
        catch (RequestFailedException error)
        {
            throw new DemoException($"The upload of {name} failed: {error.Status} {error.ErrorCode}. {error.Message}", error);
        }
    }
}
