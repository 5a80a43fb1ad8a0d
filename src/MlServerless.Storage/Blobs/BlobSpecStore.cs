using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>One blob <c>{name}.json</c> per pipeline.</summary>
internal sealed class BlobSpecStore(Lazy<BlobContainerClient> container) : ISpecStore
{
    private const string Extension = ".json";
    private const string WriteId = "writeid";

    public async Task<StoredSpec?> FindAsync(string name, CancellationToken cancellationToken)
    {
        using BlobDownloadStreamingResult? blob = await BlobReads.OpenAsync(container.Value, PathOf(name), cancellationToken).ConfigureAwait(false);
        return blob is null
            ? null
            : new StoredSpec(name, await BlobReads.ReadAllAsync(blob, cancellationToken).ConfigureAwait(false), BlobETag.ToText(blob.Details.ETag));
    }

    public async Task<string?> TryPutAsync(string name, ReadOnlyMemory<byte> json, string? ifMatch, CancellationToken cancellationToken)
    {
        var conditions = new BlobRequestConditions();
        if (ifMatch is not null)
        {
            conditions.IfMatch = BlobETag.Parse(ifMatch);
        }

        string writeId = Guid.NewGuid().ToString("N");
        var metadata = new Dictionary<string, string> { [WriteId] = writeId };
        try
        {
            ETag etag = await BlobWrites.PutAsync(container.Value, PathOf(name), json, conditions, cancellationToken, "application/json", metadata).ConfigureAwait(false);
            return BlobETag.ToText(etag);
        }
        catch (RequestFailedException e) when (ifMatch is not null && (BlobErrors.IsConditionFailed(e) || BlobErrors.IsBlobMissing(e)))
        {
            return await ETagOfWriteAsync(name, writeId, cancellationToken).ConfigureAwait(false);
        }
    }

    public async IAsyncEnumerable<string> ListNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BlobItem blob in container.Value.GetBlobsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (blob.Name.EndsWith(Extension, StringComparison.Ordinal) && !blob.Name.Contains('/', StringComparison.Ordinal) && blob.Name.Length > Extension.Length)
            {
                yield return blob.Name[..^Extension.Length];
            }
        }
    }

    // A try whose answer was lost makes the next try of the same request fail its condition: then the blob is ours.
    private async Task<string?> ETagOfWriteAsync(string name, string writeId, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties properties = await container.Value.GetBlobClient(PathOf(name)).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return properties.Metadata.TryGetValue(WriteId, out string? written) && written == writeId ? BlobETag.ToText(properties.ETag) : null;
        }
        catch (RequestFailedException e) when (BlobErrors.IsBlobMissing(e))
        {
            return null;
        }
    }

    private static string PathOf(string name) =>
        name.Contains('/', StringComparison.Ordinal)
            ? throw new ArgumentException($"'{name}' is no name of a pipeline: it holds '/'.", nameof(name))
            : BlobPath.Require(name + Extension);
}
