using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>The container of files for batch jobs. Reading is that of uploads.</summary>
internal sealed class BlobBatchFiles(Lazy<BlobContainerClient> container) : IBatchFiles
{
    private readonly BlobUploads files = new(container);

    public Task<UploadInfo?> FindAsync(string name, CancellationToken cancellationToken) => files.FindAsync(name, cancellationToken);

    public Task<Stream> OpenReadAsync(string name, string etag, string? versionId, long offset, CancellationToken cancellationToken) =>
        files.OpenReadAsync(name, etag, versionId, offset, cancellationToken);

    public async Task StageAsync(string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await container.Value.GetBlockBlobClient(BlobPath.Require(name)).StageBlockAsync(IdOf(block), stream, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    public async Task CommitAsync(string name, IReadOnlyList<string> blocks, string contentType, CancellationToken cancellationToken)
    {
        try
        {
            await container.Value.GetBlockBlobClient(BlobPath.Require(name)).CommitBlockListAsync(
                blocks.Select(IdOf),
                new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } },
                cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // The service forgets blocks after a week in which nothing was made of them.
            throw new InvalidOperationException($"Blocks of '{name}' are no longer there: the service keeps them for a week. Start the job again.", e);
        }
    }

    private static string IdOf(string block) => Convert.ToBase64String(Encoding.ASCII.GetBytes(block));
}
