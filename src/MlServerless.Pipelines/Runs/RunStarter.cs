using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Runs;

/// <summary>Starts runs through the queue of commands, which is the only way an orchestration starts.</summary>
public sealed class RunStarter(IPipelineStorage storage, RunLog runs, DataCatalog catalog, SpecCatalog specs, TimeProvider time)
{
    private const int MaxKeyLength = 200;

    /// <summary>Claims a run on a data version that was ingested before and queues its start.</summary>
    /// <param name="dataVersion">Null for the newest.</param>
    /// <param name="idempotencyKey">Requests with the same key start one run; null makes every request its own.</param>
    /// <exception cref="ProblemException">404: no such pipeline or data version; 400: the key is too long; 409: there is no data yet, or the key was sent with another data version.</exception>
    public async Task<RunRecord> RequestAsync(string pipeline, ContentHash? dataVersion, string? idempotencyKey, CancellationToken cancellationToken)
    {
        await specs.RequireAsync(pipeline, cancellationToken);
        if (idempotencyKey?.Length is 0 or > MaxKeyLength)
            throw ProblemException.BadRequest("The Idempotency-Key is not usable.", $"Send 1 to {MaxKeyLength} characters.");
        DataVersionRecord data = await FindDataAsync(pipeline, dataVersion, cancellationToken);
        var run = new RunRecord
        {
            Id = RunId.ForRequest(pipeline, idempotencyKey ?? Guid.NewGuid().ToString("N")),
            Pipeline = pipeline,
            Status = RunStatus.Claimed,
            Trigger = "request",
            ClaimedAt = time.GetUtcNow(),
            Stamp = time.GetUtcNow(),
            DataOrder = data.Order,
            RequestedDataVersion = dataVersion,
            UploadVersion = dataVersion is null ? data.Id : null,
        };
        if (!await runs.TryClaimAsync(run, cancellationToken))
        {
            run = (await runs.FindAsync(pipeline, run.Id, cancellationToken))!;
            if (dataVersion is not null && (run.RequestedDataVersion ?? run.UploadVersion) != dataVersion)
                throw new ProblemException(409, "That Idempotency-Key belongs to another request.", $"It started run {run.Id} on data version {run.RequestedDataVersion ?? run.UploadVersion}; send a new key for another data version.");
        }

        // Also for a run that an earlier request claimed: that one may have died before it came here.
        if (run.StartedAttempt < run.Attempt && !run.HasEnded)
            await QueueStartAsync(run.Ref, cancellationToken);
        return run;
    }

    public Task QueueStartAsync(RunRef run, CancellationToken cancellationToken) =>
        storage.Commands.SendAsync(new Command(Command.Start, run).ToJson(), null, cancellationToken);

    /// <summary>Marks a start that a command asks for.</summary>
    /// <returns>Whether to start it now; false: it was started before, has ended, or another attempt has taken its place.</returns>
    public async Task<bool> TryTakeAsync(RunRef run, CancellationToken cancellationToken)
    {
        bool first = false;
        try
        {
            await runs.UpdateAsync(
                run,
                record =>
                {
                    first = record.StartedAttempt < record.Attempt;
                    return record with { StartedAttempt = record.Attempt };
                },
                cancellationToken);
        }
        catch (StaleRunException)
        {
            return false;
        }

        return first;
    }

    private async Task<DataVersionRecord> FindDataAsync(string pipeline, ContentHash? dataVersion, CancellationToken cancellationToken)
    {
        if (dataVersion is not { } id)
        {
            return await catalog.FindNewestAsync(pipeline, cancellationToken)
                ?? throw new ProblemException(409, $"Pipeline '{pipeline}' has no data.", $"Upload a CSV file to incoming/{pipeline}/; that starts a run by itself.");
        }

        DataVersionRecord data = await catalog.FindAsync(pipeline, id, cancellationToken)
            ?? throw ProblemException.NotFound($"Pipeline '{pipeline}' has no data version {id}.", $"GET /api/pipelines/{pipeline}/runs names the data version of every run.");
        return data.Removed is not { } removal
            ? data
            : throw new ProblemException(
                410,
                $"The rows of data version {id} are no longer kept.",
                removal.ReplacedBy is { } next ? $"Rows were erased from it on {removal.Day()}; start the run on data version {next}, which replaces it." : $"They were removed on {removal.Day()} ({removal.Reason}); upload the file again to train on it.");
    }
}
