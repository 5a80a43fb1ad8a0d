using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Retention;

/// <summary>
/// Mark and sweep of the content store: what no row names, directly or through documents, is deleted once it is older than a run takes to name what it
/// stored. Rows of removed data versions are deleted sooner. May run at any time and more than once at a time: what is put again meanwhile has another ETag
/// than the listing told, and stays.
/// </summary>
public sealed class StoreSweep(IPipelineStorage storage, DataCatalog catalog, RunLog runs, PipelineOptions options, TimeProvider time, ILogger<StoreSweep> logger)
{
    private readonly ReferenceCache references = new(storage);

    public async Task<StoreSweepResult> RunAsync(CancellationToken cancellationToken)
    {
        // Listed before marking: whatever is stored and named from now on is not in the list.
        List<StoredContent> stored = await storage.Content.ListAsync(cancellationToken).ToListAsync(cancellationToken);
        StoreMarks marks = await new StoreMarking(storage, catalog, runs, references).MarkAsync(stored.ToDictionary(content => content.Hash), cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan removedGrace = StoredContent.RefreshAfter * 2;
        var result = new StoreSweepResult(0, 0, 0, 0, 0, 0);
        foreach (StoredContent content in stored)
        {
            if (marks.Named.Contains(content.Hash))
                result = result with { Kept = result.Kept + 1, KeptBytes = result.KeptBytes + content.Bytes };
            else if (content.WrittenAt + (marks.Removed.Contains(content.Hash) ? removedGrace : options.StoreGrace) >= now || !await storage.Content.TryDeleteAsync(content, cancellationToken))
                result = result with { Waiting = result.Waiting + 1, WaitingBytes = result.WaitingBytes + content.Bytes };
            else
                result = result with { Deleted = result.Deleted + 1, DeletedBytes = result.DeletedBytes + content.Bytes };
        }

        logger.LogInformation(
            "Sweep of the store: {Kept} kept ({KeptBytes} bytes), {Deleted} deleted ({DeletedBytes} bytes), {Waiting} waiting", result.Kept, result.KeptBytes, result.Deleted, result.DeletedBytes, result.Waiting);
        return result;
    }
}
