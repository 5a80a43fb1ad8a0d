using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Erasure;

/// <summary>
/// Erases rows by key from all data versions of a pipeline: each version that holds one gives way, at its place in the serial order, to a new version
/// without it. The upload is deleted at once, the old rows and what was made of them with the next <see cref="Retention.StoreSweep"/>. Work goes from arrival
/// to arrival and may be killed, repeated and done twice at once: equal rows and keys make equal versions.
/// </summary>
public sealed class ErasureService(
    IPipelineStorage storage, ErasureLog log, DataCatalog catalog, SpecCatalog specs, VersionEraser eraser, WindowRemoval windows, RunStarter starter, PipelineOptions options, TimeProvider time, ILogger<ErasureService> logger)
{
    public const int MaxKeys = 1000;
    private const int MaxKeyBytes = 200_000;
    private const int MaxReasonLength = 1000;

    /// <summary>Notes an erasure and queues it.</summary>
    /// <param name="keys">Each with one value for every column of the pipeline's key.</param>
    /// <param name="who">Who asks for it; kept for good.</param>
    /// <param name="reason">Why, e.g. the number of the request; kept for good.</param>
    /// <param name="retrain">Whether to start a run on the newest data when rows were erased.</param>
    /// <param name="idempotencyKey">Requests with the same one are one erasure; null makes every request its own.</param>
    /// <exception cref="ProblemException">400: the keys are not keys of this pipeline; 404: no such pipeline; 409: it has no key, or the idempotency key was sent with other keys.</exception>
    public async Task<ErasureRecord> RequestAsync(
        string pipeline, IReadOnlyList<IReadOnlyDictionary<string, string>> keys, string? who, string? reason, bool retrain, string? idempotencyKey, CancellationToken cancellationToken)
    {
        PipelineSpec spec = SpecParser.Parse((await specs.RequireAsync(pipeline, cancellationToken)).Json);
        IReadOnlyList<IReadOnlyList<string>> rows = ReadKeys(pipeline, spec, keys);
        if (reason?.Length > MaxReasonLength)
            throw ProblemException.BadRequest("The reason is too long.", $"Send at most {MaxReasonLength} characters.");
        var erasure = new ErasureRecord
        {
            Id = "e-" + (idempotencyKey is null ? Guid.NewGuid().ToString("N") : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{pipeline}\n{idempotencyKey}")).AsSpan(0, 16))),
            Pipeline = pipeline,
            Status = ErasureStatus.Running,
            Who = who,
            Reason = reason,
            RequestedAt = time.GetUtcNow(),
            Stamp = time.GetUtcNow(),
            KeyColumns = spec.Key,
            Keys = rows,
            KeyCount = rows.Count,
            KeysHash = ContentHash.Of(CanonicalJson.Serialize(rows, PipelineJson.Default.IReadOnlyListIReadOnlyListString)),
            Retrain = retrain,
        };
        ErasureRecord known = await log.AddAsync(erasure, cancellationToken);
        if (known.KeysHash != erasure.KeysHash)
            throw new ProblemException(409, "That Idempotency-Key belongs to another erasure.", $"It started erasure {known.Id} with other keys; send a new one.");
        if (known.Status == ErasureStatus.Running)
            await QueueAsync(known.Ref, cancellationToken);
        return known;
    }

    /// <summary>Does as much of an erasure as fits into the time of one step, and queues the rest.</summary>
    public async Task ContinueAsync(ErasureRef reference, CancellationToken cancellationToken)
    {
        if (await log.FindAsync(reference, cancellationToken) is not { Status: ErasureStatus.Running } erasure)
            return;
        long started = time.GetTimestamp();
        List<DataVersionRecord> arrivals = await catalog.ListArrivalsAsync(erasure.Pipeline, cancellationToken).Where(arrival => arrival.Removed is null).ToListAsync(cancellationToken);
        foreach (DataVersionRecord arrival in arrivals.OrderBy(arrival => arrival.Order, StringComparer.Ordinal))
        {
            if (string.CompareOrdinal(arrival.Order, erasure.DoneThrough) <= 0)
                continue;
            if (time.GetElapsedTime(started) > options.StepDeadline / 2)
            {
                await QueueAsync(reference, cancellationToken);
                return;
            }

            erasure = await EraseAsync(erasure, arrival, cancellationToken);
            if (erasure.Status == ErasureStatus.Completed)
                return;
        }

        await CompleteAsync(erasure, cancellationToken);
    }

    /// <summary>Queues the erasures again on which nothing was done for longer than a step takes: their message was lost.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await foreach (ErasureRecord erasure in log.ListOpenAsync(cancellationToken))
        {
            if (erasure.Stamp + options.StepDeadline < time.GetUtcNow())
                await QueueAsync(erasure.Ref, cancellationToken);
        }
    }

    private async Task<ErasureRecord> EraseAsync(ErasureRecord erasure, DataVersionRecord arrival, CancellationToken cancellationToken)
    {
        ErasureOutcome outcome = await eraser.EraseAsync(erasure, arrival, cancellationToken);
        if (outcome.Version is { } version)
        {
            // Noted before it is done: afterwards the arrival holds no such row any more, and nobody could tell what went.
            var erased = new ErasedVersion(arrival.Order, arrival.Source.Blob, arrival.Id, version, outcome.Rows);
            await log.UpdateAsync(
                erasure.Ref,
                current => current.Versions.Contains(erased) ? current : current with { Versions = [.. current.Versions, erased], Rows = current.Rows + erased.Rows },
                cancellationToken);

            // The upload goes before the replacement for the same reason: left behind by a crash in between, it would never be looked at again.
            await storage.Uploads.TryDeleteAsync(arrival.Source.Blob, arrival.Source.ETag, cancellationToken);
            await catalog.ReplaceAsync(erasure.Pipeline, arrival, version, outcome.Bytes, outcome.Parts, new DataRemoval(DataRemoval.ByErasure, time.GetUtcNow(), version), cancellationToken);
            logger.LogInformation(
                "Erasure {Erasure}: {Rows} row(s) of data version {DataVersion} of pipeline {Pipeline} erased, replaced by {Replacement}", erasure.Id, outcome.Rows, arrival.Id, erasure.Pipeline, version);
        }

        return await log.UpdateAsync(
            erasure.Ref,
            current => current with
            {
                Stamp = time.GetUtcNow(),
                DoneThrough = string.CompareOrdinal(current.DoneThrough, arrival.Order) >= 0 ? current.DoneThrough : arrival.Order,
                Unsearched = outcome.Unsearched is { } why && !current.Unsearched.Any(known => known.Order == arrival.Order)
                    ? [.. current.Unsearched, new UnsearchedVersion(arrival.Order, arrival.Source.Blob, arrival.Id, why)]
                    : current.Unsearched,
            },
            cancellationToken);
    }

    private async Task CompleteAsync(ErasureRecord erasure, CancellationToken cancellationToken)
    {
        await windows.RunAsync(erasure.Pipeline, cancellationToken);
        string? runId = null;
        if (erasure.Retrain && erasure.Rows > 0)
        {
            try
            {
                runId = (await starter.RequestAsync(erasure.Pipeline, null, erasure.Id, cancellationToken)).Id;
            }
            catch (ProblemException problem)
            {
                logger.LogWarning("Erasure {Erasure} of pipeline {Pipeline} starts no run: {Problem}", erasure.Id, erasure.Pipeline, problem.Message);
            }
        }

        await log.UpdateAsync(
            erasure.Ref,
            current => current with { Status = ErasureStatus.Completed, Stamp = time.GetUtcNow(), CompletedAt = time.GetUtcNow(), Keys = [], RunId = runId },
            cancellationToken);
    }

    private Task QueueAsync(ErasureRef erasure, CancellationToken cancellationToken) =>
        storage.Commands.SendAsync(new Command(Command.Erase, Erasure: erasure).ToJson(), null, cancellationToken);

    private static List<IReadOnlyList<string>> ReadKeys(string pipeline, PipelineSpec spec, IReadOnlyList<IReadOnlyDictionary<string, string>> keys)
    {
        if (spec.Key.Count == 0)
            throw new ProblemException(409, $"Pipeline '{pipeline}' has no key, so rows cannot be told by one.", "Name the columns that identify a row as 'key' in its spec.");
        if (keys.Count is 0 or > MaxKeys)
            throw ProblemException.BadRequest("The keys cannot be taken.", $"Send 1 to {MaxKeys} keys in one request.", [new ProblemDetail("$.keys", $"holds {keys.Count} keys.")]);
        var faults = new List<ProblemDetail>();
        var rows = new List<IReadOnlyList<string>>(keys.Count);
        foreach ((int index, IReadOnlyDictionary<string, string> key) in keys.Index())
        {
            string path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"$.keys[{index}]");
            if (key.Count != spec.Key.Count || !spec.Key.All(key.ContainsKey))
                faults.Add(new ProblemDetail(path, $"names {Names(key.Keys)}; a key of this pipeline is {Names(spec.Key)}, all of them and no other."));
            else
                rows.Add([.. spec.Key.Select(column => key[column])]);
        }

        if (faults.Count > 0)
            throw ProblemException.BadRequest("Keys do not fit the pipeline.", $"{faults.Count} key(s); mend each one listed and send the request again. Nothing was erased.", faults);
        return JsonSerializer.SerializeToUtf8Bytes(rows, PipelineJson.Default.ListIReadOnlyListString).Length <= MaxKeyBytes
            ? rows
            : throw ProblemException.BadRequest("The keys are too long together.", $"Send keys of at most {MaxKeyBytes} bytes in one request.");
    }

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Order(StringComparer.Ordinal).Select(column => $"'{column}'")) is { Length: > 0 } names ? names : "no column";
}
