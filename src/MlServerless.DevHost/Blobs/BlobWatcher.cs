using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlServerless.DevHost.Queues;

namespace MlServerless.DevHost.Blobs;

/// <summary>
/// Stands in for Event Grid: announces each new version of a blob in a container by a message in a queue, at least once, in the
/// order of last modification and then of name.
/// </summary>
internal sealed class BlobWatcher
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly BlobContainerClient _container;
    private readonly QueueBindingSettings _queue;
    private readonly QueueStorage _queues;
    private readonly SeenBlobs _seen;
    private readonly ILogger _log;
    private bool _exists;

    public BlobWatcher(BlobServiceClient blobs, string container, string queue, QueueStorage queues, SeenBlobs seen, ILogger log)
    {
        _container = blobs.GetBlobContainerClient(container);
        _queue = new(queue, null);
        _queues = queues;
        _seen = seen;
        _log = log;
    }

    /// <summary>Looks at each container in turn until asked to stop; they share one sequence of events.</summary>
    public static async Task RunAsync(IReadOnlyList<BlobWatcher> watchers, CancellationToken stop)
    {
        try
        {
            while (watchers.Count > 0)
            {
                foreach (var watcher in watchers)
                    await watcher.LookAsync(stop);
                await Task.Delay(Interval, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            if (!_exists)
                await _container.CreateIfNotExistsAsync(cancellationToken: stop);
            _exists = true;
            await ScanAsync(stop);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            _log.LogWarning("The container {Container} cannot be watched: {Error}", _container.Name, e.GetBaseException().Message);
            _exists = false;
        }
    }

    private async Task ScanAsync(CancellationToken stop)
    {
        var news = new List<BlobItem>();
        await foreach (var blob in _container.GetBlobsAsync(cancellationToken: stop))
        {
            if (!_seen.Contains(Key(blob), ETag(blob)))
                news.Add(blob);
        }

        foreach (var blob in news.OrderBy(b => b.Properties.LastModified).ThenBy(b => b.Name, StringComparer.Ordinal))
        {
            var sequencer = _seen.LastSequencer + 1;
            var announcement = new BlobCreatedEvent(
                _container.AccountName, _container.Name, blob.Name, _container.GetBlobClient(blob.Name).Uri,
                await ApiAsync(blob, stop), ETag(blob), blob.Properties.ContentType ?? "application/octet-stream",
                blob.Properties.ContentLength ?? 0, (blob.Properties.BlobType ?? BlobType.Block) + "Blob",
                blob.Properties.LastModified ?? DateTimeOffset.UnixEpoch, sequencer);
            // First the message, then the memory of it: a crash between them announces once more rather than never.
            await _queues.SendAsync(_queue, [announcement.ToJson()], stop);
            _seen.Add(Key(blob), ETag(blob), sequencer);
            _log.LogInformation("New blob {Container}/{Name} ({Bytes} bytes) is announced on {Queue}.",
                _container.Name, blob.Name, announcement.ContentLength, _queue.QueueName);
        }
    }

    private string Key(BlobItem blob) => _container.Name + "/" + blob.Name;

    private static string ETag(BlobItem blob) => blob.Properties.ETag?.ToString().Trim('"') ?? "";

    private async Task<string> ApiAsync(BlobItem blob, CancellationToken stop)
    {
        if (blob.Properties.BlobType == BlobType.Append)
            return "AppendBlock";
        try
        {
            BlockList blocks = await _container.GetBlockBlobClient(blob.Name).GetBlockListAsync(BlockListTypes.Committed, cancellationToken: stop);
            return blocks.CommittedBlocks.Any() ? "PutBlockList" : "PutBlob";
        }
        catch (RequestFailedException)
        {
            // Gone or replaced meanwhile; the next look finds the new version.
            return "PutBlob";
        }
    }
}
