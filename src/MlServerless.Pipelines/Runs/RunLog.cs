using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Runs;

/// <summary>
/// The runs, in table <c>runs</c>, partition = pipeline: <c>run:{id}</c> holds the record, <c>active:{id}</c> exists while the run has not ended
/// (both change in one transaction), <c>approval:{id}</c> while it waits for somebody's approval, partition <c>@ids</c> finds the pipeline of an id, and
/// partition <c>@time</c> lists runs by a time that counts down.
/// </summary>
public sealed class RunLog(IPipelineStorage storage, TimeProvider time, ILogger<RunLog>? logger = null)
{
    private readonly ILogger logger = logger ?? NullLogger<RunLog>.Instance;

    private const string RunPrefix = "run:";
    private const string ActivePrefix = "active:";
    private const string ApprovalPrefix = "approval:";
    private const string IdPartition = "@ids";
    private const string TimePartition = "@time";

    private IRowTable Table => storage.Runs;

    internal IPipelineStorage Storage => storage;

    /// <summary>Inserts a run that has just been claimed.</summary>
    /// <returns>False when a run of that id exists.</returns>
    public async Task<bool> TryClaimAsync(RunRecord run, CancellationToken cancellationToken)
    {
        // The index rows go first: one without a run is harmless, a run without one could not be found.
        string pipeline = JsonSerializer.Serialize(run.Pipeline, PipelineJson.Default.String);
        await Table.PutAsync(new Row(IdPartition, run.Id, pipeline), cancellationToken);
        await Table.PutAsync(new Row(TimePartition, TimeKey(run), pipeline), cancellationToken);
        bool claimed = await Table.TryCommitAsync(
            run.Pipeline,
            [
                new RowChange(RowChangeKind.Insert, ToRow(run, null)),
                new RowChange(RowChangeKind.Insert, new Row(run.Pipeline, ActivePrefix + run.Id, "{}")),
            ],
            cancellationToken);
        if (claimed)
            logger.LogInformation(RunEvents.Claimed, "Run {RunId} of pipeline {Pipeline} was claimed by {Trigger}", run.Id, run.Pipeline, run.Trigger);
        return claimed;
    }

    public async Task<RunRecord?> FindAsync(string pipeline, string runId, CancellationToken cancellationToken) =>
        await Table.FindAsync(pipeline, RunPrefix + runId, cancellationToken) is { } row ? FromRow(row) : null;

    public async Task<RunRecord?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        if (!RunId.IsValid(runId) || await Table.FindAsync(IdPartition, runId, cancellationToken) is not { } index)
            return null;
        return await FindAsync(JsonSerializer.Deserialize(index.Json, PipelineJson.Default.String)!, runId, cancellationToken);
    }

    /// <param name="pipeline">Null for all.</param>
    public async IAsyncEnumerable<RunRecord> ListAsync(string? pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(pipeline, RunPrefix, RunPrefix + "~", cancellationToken))
            yield return FromRow(row);
    }

    /// <summary>Runs by the time of their claim, the newest first.</summary>
    /// <param name="pipeline">Null for all.</param>
    /// <param name="after">Where to go on, as <see cref="TokenOf"/> tells; null for the newest.</param>
    /// <param name="since">Only runs claimed since then; null for all.</param>
    public async IAsyncEnumerable<RunRecord> ListNewestAsync(string? pipeline, string? after, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? end = since is { } time ? Countdown(time) + "~" : null;
        await foreach (Row row in Table.QueryAsync(TimePartition, after is null ? null : after + "!", end, cancellationToken))
        {
            string of = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.String)!;
            if (pipeline is not null && of != pipeline)
                continue;

            // A claim that another one of the same run forestalled has left an index row with its own time.
            if (await FindAsync(of, row.Key[(row.Key.IndexOf(':', StringComparison.Ordinal) + 1)..], cancellationToken) is { } run && TimeKey(run) == row.Key)
                yield return run;
        }
    }

    /// <summary>Where a list of runs goes on after a run.</summary>
    public static string TokenOf(RunRecord run) => TimeKey(run);

    public static bool IsToken(string token) => token is { Length: 54 } && token[19] == ':' && token.AsSpan(0, 19).IndexOfAnyExceptInRange('0', '9') < 0 && RunId.IsValid(token[20..]);

    /// <summary>Runs that wait for somebody's approval.</summary>
    /// <param name="pipeline">Null for all.</param>
    public async IAsyncEnumerable<RunRecord> ListAwaitingApprovalAsync(string? pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(pipeline, ApprovalPrefix, ApprovalPrefix + "~", cancellationToken))
        {
            if (await FindAsync(row.Partition, row.Key[ApprovalPrefix.Length..], cancellationToken) is { Status: RunStatus.AwaitingApproval } run)
                yield return run;
        }
    }

    /// <summary>Changes a run that waits for approval, once; what it becomes may be under way again.</summary>
    /// <returns>The run, or null when it does not wait any more.</returns>
    public async Task<RunRecord?> DecideAsync(string pipeline, string runId, Func<RunRecord, RunRecord> change, CancellationToken cancellationToken)
    {
        while (await Table.FindAsync(pipeline, RunPrefix + runId, cancellationToken) is { } row)
        {
            RunRecord current = FromRow(row);
            if (current.Status != RunStatus.AwaitingApproval || await Table.FindAsync(pipeline, ApprovalPrefix + runId, cancellationToken) is not { } waiting)
                return null;
            RunRecord next = change(current) with { Stamp = time.GetUtcNow() };
            List<RowChange> changes = [new RowChange(RowChangeKind.Replace, ToRow(next, row.ETag)), new RowChange(RowChangeKind.Delete, waiting)];
            if (!next.HasEnded)
                changes.Add(new RowChange(RowChangeKind.Insert, new Row(pipeline, ActivePrefix + runId, "{}")));
            if (await Table.TryCommitAsync(pipeline, changes, cancellationToken))
                return next;
        }

        return null;
    }

    /// <summary>Runs that have not ended, of one pipeline or of all.</summary>
    public async IAsyncEnumerable<RunRecord> ListActiveAsync(string? pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(pipeline, ActivePrefix, ActivePrefix + "~", cancellationToken))
        {
            if (await FindAsync(row.Partition, row.Key[ActivePrefix.Length..], cancellationToken) is { HasEnded: false } run)
                yield return run;
        }
    }

    /// <summary>Changes the record of a run that is under way, again and again until no other change comes between, and stamps it.</summary>
    /// <exception cref="StaleRunException">The run has ended or a later attempt exists.</exception>
    public async Task<RunRecord> UpdateAsync(RunRef run, Func<RunRecord, RunRecord> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Row row = await Table.FindAsync(run.Pipeline, RunPrefix + run.RunId, cancellationToken)
                ?? throw new StaleRunException(run, "its record does not exist");
            RunRecord current = FromRow(row);
            if (current.HasEnded)
                throw new StaleRunException(run, $"it has ended as {current.Status}");
            if (current.Attempt != run.Attempt)
                throw new StaleRunException(run, $"attempt {current.Attempt} is under way");
            RunRecord next = change(current) with { Stamp = time.GetUtcNow() };
            if (await TryWriteAsync(next, row.ETag, cancellationToken) is not { } written)
                continue;
            if (written.HasEnded)
                Tell(written);
            return written;
        }
    }

    /// <returns>The run as it was written, or null when another change came between.</returns>
    private async Task<RunRecord?> TryWriteAsync(RunRecord run, string? etag, CancellationToken cancellationToken)
    {
        Row row = ToRow(run, etag);
        if (!run.HasEnded)
            return await Table.TryReplaceAsync(row, cancellationToken) is not null ? run : null;

        run = run with { ManifestHash = await ManifestWriter.PutAsync(storage, run, cancellationToken) };
        row = ToRow(run, etag);

        // A missing active row means that somebody else has just ended the run, and then the replace fails too.
        if (await Table.FindAsync(run.Pipeline, ActivePrefix + run.Id, cancellationToken) is not { } active)
            return null;
        List<RowChange> changes = [new RowChange(RowChangeKind.Replace, row), new RowChange(RowChangeKind.Delete, active)];
        if (run.Status == RunStatus.AwaitingApproval)
            changes.Add(new RowChange(RowChangeKind.Insert, new Row(run.Pipeline, ApprovalPrefix + run.Id, "{}")));
        return await Table.TryCommitAsync(run.Pipeline, changes, cancellationToken) ? run : null;
    }

    /// <summary>The one line that says how a run ended; it may be missing after a crash, so the record is the truth.</summary>
    private void Tell(RunRecord run)
    {
        LogLevel level = run.Status is RunStatus.Failed or RunStatus.Lost ? LogLevel.Error : LogLevel.Information;
        logger.Log(
            level,
            RunEvents.Ended,
            "Run {RunId} of pipeline {Pipeline} ended as {Status} after {Seconds} s, attempt {Attempt}, stage {Stage}: {Error}",
            run.Id,
            run.Pipeline,
            JsonNamingPolicy.CamelCase.ConvertName(run.Status.ToString()),
            Math.Round(((run.EndedAt ?? run.Stamp) - run.ClaimedAt).TotalSeconds, 3),
            run.Attempt,
            run.Error?.Stage ?? run.Stage,
            run.Error?.Message ?? "none");
    }

    private static string TimeKey(RunRecord run) => $"{Countdown(run.ClaimedAt)}:{run.Id}";

    private static string Countdown(DateTimeOffset at) => (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", System.Globalization.CultureInfo.InvariantCulture);

    private static Row ToRow(RunRecord run, string? etag) =>
        new(run.Pipeline, RunPrefix + run.Id, JsonSerializer.Serialize(run, PipelineJson.Default.RunRecord), etag);

    private static RunRecord FromRow(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.RunRecord)!;
}
