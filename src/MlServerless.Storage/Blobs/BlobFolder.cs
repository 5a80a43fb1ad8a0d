using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>One container of blobs that may be overwritten and deleted.</summary>
internal sealed class BlobFolder(Lazy<BlobContainerClient> container) : IBlobFolder
{
    private const int ParallelDeletes = 8;

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await BlobWrites.PutAsync(container.Value, BlobPath.Require(path), content, conditions: null, cancellationToken).ConfigureAwait(false);

    public async Task<bool> TryAddAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await BlobWrites.PutAsync(container.Value, BlobPath.Require(path), content, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // It exists; an immutable container says so in words of its own. A container that lacks is 404.
            return e.ErrorCode is "BlobAlreadyExists" or "ConditionNotMet" or "BlobImmutableDueToPolicy" ? false : throw new IOException($"The blob '{path}' could not be added.", e);
        }
    }

    public async Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) =>
        await container.Value.GetBlobClient(BlobPath.Require(path)).ExistsAsync(cancellationToken).ConfigureAwait(false);

    public async Task<byte[]?> FindAsync(string path, CancellationToken cancellationToken)
    {
        using BlobDownloadStreamingResult? blob = await BlobReads.OpenAsync(container.Value, BlobPath.Require(path), cancellationToken).ConfigureAwait(false);
        return blob is null ? null : await BlobReads.ReadAllAsync(blob, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BlobItem blob in container.Value.GetBlobsAsync(prefix: prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return blob.Name;
        }
    }

    public Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        // An empty prefix means the whole container, which no caller wants.
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return Parallel.ForEachAsync(
            ListAsync(prefix, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken },
            async (path, token) => await container.Value.GetBlobClient(path).DeleteIfExistsAsync(cancellationToken: token).ConfigureAwait(false));
    }
}
