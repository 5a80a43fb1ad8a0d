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

    /// <inheritdoc cref="RequestAsync(string, RunRequest, CancellationToken)"/>
    /// <param name="dataVersion">Null for the newest.</param>
    /// <param name="idempotencyKey">Requests with the same key start one run; null makes every request its own.</param>
    public Task<RunRecord> RequestAsync(string pipeline, ContentHash? dataVersion, string? idempotencyKey, CancellationToken cancellationToken) =>
        RequestAsync(pipeline, new RunRequest { DataVersion = dataVersion, IdempotencyKey = idempotencyKey }, cancellationToken);

    /// <summary>Claims a run on a data version that was ingested before and queues its start.</summary>
    /// <exception cref="ProblemException">404: no such pipeline or data version; 400: the key is too long; 409: there is no data yet, or the key was sent with another request; 410: the rows are no longer kept.</exception>
    public async Task<RunRecord> RequestAsync(string pipeline, RunRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await specs.RequireAsync(pipeline, cancellationToken);
        if (request.IdempotencyKey?.Length is 0 or > MaxKeyLength)
            throw ProblemException.BadRequest("The Idempotency-Key is not usable.", $"Send 1 to {MaxKeyLength} characters.");
        DataVersionRecord data = await FindDataAsync(pipeline, request.DataVersion, cancellationToken);
        var run = new RunRecord
        {
            Id = RunId.ForRequest(pipeline, request.IdempotencyKey ?? Guid.NewGuid().ToString("N")),
            Pipeline = pipeline,
            Status = RunStatus.Claimed,
            Trigger = request.Trigger,
            ClaimedAt = time.GetUtcNow(),
            Stamp = time.GetUtcNow(),
            DataOrder = request.Verifies?.DataOrder ?? data.Order,
            RequestedDataVersion = request.DataVersion,
            UploadVersion = request.DataVersion is null ? data.Id : null,
            Mode = request.Mode,
            Fresh = request.Fresh,
            SpecHash = request.SpecHash,
            Verifies = request.Verifies?.Id,
        };
        if (!await runs.TryClaimAsync(run, cancellationToken))
        {
            run = (await runs.FindAsync(pipeline, run.Id, cancellationToken))!;
            if (request.DataVersion is { } asked && (run.RequestedDataVersion ?? run.UploadVersion) != asked)
                throw new ProblemException(409, "That Idempotency-Key belongs to another request.", $"It started run {run.Id} on data version {run.RequestedDataVersion ?? run.UploadVersion}; send a new key for another data version.");
            if (run.Fresh != request.Fresh || (request.SpecHash is { } spec && run.SpecHash != spec) || (request.Mode is { } mode && run.Mode != mode))
                throw new ProblemException(409, "That Idempotency-Key belongs to another request.", $"It started run {run.Id} with another spec or other options; send a new key.");
        }

        // Also for a run that an earlier request claimed: that one may have died before it came here.
        if (run.StartedAttempt < run.Attempt && !run.HasEnded)
            await QueueStartAsync(run.Ref, cancellationToken);
        return run;
    }

    public Task QueueStartAsync(RunRef run, CancellationToken cancellationToken) =>
        storage.Commands.SendAsync(new Command(Command.Start, run).ToJson(), null, cancellationToken);

    /// <summary>Marks a start that a command asks for.</summary>
    /// <returns>The run to start now; null: it was started before, has ended, or another attempt has taken its place.</returns>
    public async Task<RunRecord?> TryTakeAsync(RunRef run, CancellationToken cancellationToken)
    {
        bool first = false;
        try
        {
            RunRecord taken = await runs.UpdateAsync(
                run,
                record =>
                {
                    first = record.StartedAttempt < record.Attempt;
                    return record with { StartedAttempt = record.Attempt };
                },
                cancellationToken);
            return first ? taken : null;
        }
        catch (StaleRunException)
        {
            return null;
        }
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
