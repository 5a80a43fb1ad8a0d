using System.Collections.Concurrent;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Uploads;

/// <summary>Turns uploads into claimed runs. The same upload, told of any number of times and at the same time, is claimed once.</summary>
public sealed class UploadIntake(IPipelineStorage storage, RunLog runs, DataCatalog catalog, TimeProvider time)
{
    private const int MaxKnown = 200_000;

    // Uploads that were looked up before; an upload never becomes unknown again.
    private readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);

    /// <summary>Claims a run for the upload an event tells of.</summary>
    /// <returns>The run to start, or null: it is claimed already, the upload has gone or changed again, or no pipeline takes it.</returns>
    public async Task<RunRef?> TakeAsync(UploadEvent upload, CancellationToken cancellationToken)
    {
        UploadInfo? blob = await storage.Uploads.FindAsync(upload.Blob, cancellationToken);

        // An upload that was overwritten before its event came has an event of its own; one that was deleted has nothing to read.
        if (blob is null || (upload.ETag is not null && upload.ETag != blob.ETag))
            return null;
        return await TakeAsync(blob, upload.Sequencer, "upload", cancellationToken);
    }

    /// <param name="trigger">What told of the upload: <c>upload</c>, whose taker starts the run itself, or <c>sweep</c>, which queues its start.</param>
    public async Task<RunRef?> TakeAsync(UploadInfo blob, string? sequencer, string trigger, CancellationToken cancellationToken)
    {
        int slash = blob.Name.IndexOf('/', StringComparison.Ordinal);
        string folder = slash > 0 ? blob.Name[..slash] : "";
        string id = RunId.ForUpload(folder, blob.Url, blob.ETag);
        if (await RefusalAsync(folder, blob, cancellationToken) is { } reason)
        {
            await catalog.TryRejectAsync(folder, new RejectedUpload(id, blob.Name, blob.ETag, reason, time.GetUtcNow()), cancellationToken);
            return null;
        }

        var run = new RunRecord
        {
            Id = id,
            Pipeline = folder,
            Status = RunStatus.Claimed,
            Trigger = trigger,
            StartedAttempt = trigger == "upload" ? 1 : 0,
            ClaimedAt = time.GetUtcNow(),
            Stamp = time.GetUtcNow(),
            DataOrder = DataOrder.Of(blob.LastModified, blob.Name, blob.ETag),
            Source = new RunSource
            {
                Blob = blob.Name,
                Url = blob.Url,
                ETag = blob.ETag,
                VersionId = blob.VersionId,
                LastModified = blob.LastModified,
                Bytes = blob.Bytes,
                Sequencer = sequencer,
            },
        };
        return await runs.TryClaimAsync(run, cancellationToken) ? run.Ref : null;
    }

    /// <summary>Whether an upload has a run or a rejection already.</summary>
    public async Task<bool> IsKnownAsync(UploadInfo blob, CancellationToken cancellationToken)
    {
        string identity = $"{blob.Name}\n{blob.ETag}";
        if (known.ContainsKey(identity))
            return true;
        if (!await LookUpAsync(blob, cancellationToken))
            return false;
        if (known.Count >= MaxKnown)
            known.Clear();
        known[identity] = true;
        return true;
    }

    private async Task<bool> LookUpAsync(UploadInfo blob, CancellationToken cancellationToken)
    {
        int slash = blob.Name.IndexOf('/', StringComparison.Ordinal);
        string folder = slash > 0 ? blob.Name[..slash] : "";
        string id = RunId.ForUpload(folder, blob.Url, blob.ETag);
        return (PipelineName.IsValid(folder) && await runs.FindAsync(folder, id, cancellationToken) is not null)
            || await catalog.IsRejectedAsync(folder, id, cancellationToken);
    }

    private async Task<string?> RefusalAsync(string folder, UploadInfo blob, CancellationToken cancellationToken)
    {
        if (folder.Length == 0)
            return $"'{blob.Name}' lies in no folder: upload to {UploadEventParser.Container}/{{pipeline}}/{{file}}.csv.";
        if (!PipelineName.IsValid(folder))
            return $"'{folder}' is not a pipeline name: {PipelineName.Rule}.";
        if (await storage.Specs.FindAsync(folder, cancellationToken) is null)
            return $"There is no pipeline '{folder}': PUT its spec to /api/pipelines/{folder}, then upload the file again.";
        return null;
    }
}
