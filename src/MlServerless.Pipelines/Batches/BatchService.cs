using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving.Rows;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Batches;

/// <summary>Takes batch jobs, starts them through the queue of commands, finds those that died, and tells how far they are.</summary>
public sealed class BatchService(IPipelineStorage storage, BatchLog log, ModelRegistry registry, PipelineOptions options, TimeProvider time, ILogger<BatchService> logger)
{
    /// <summary>Greatest input: a thousand parts of the usual size.</summary>
    public const long MaxInputBytes = 64L << 30;

    private const int MaxKeyLength = 200;

    /// <summary>Notes a job, with the version that it predicts with and the file as it is now, and queues it.</summary>
    /// <exception cref="ProblemException">400: the file cannot be asked for; 404: no such model, version or file; 409: the Idempotency-Key was sent with another request; 413: the file is too large.</exception>
    public async Task<BatchRecord> RequestAsync(string model, BatchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        PipelineName.Require(model, "model");
        if (request.IdempotencyKey?.Length is 0 or > MaxKeyLength)
            throw ProblemException.BadRequest("The Idempotency-Key is not usable.", $"Send 1 to {MaxKeyLength} characters.");
        if (!request.Input.StartsWith(model + "/", StringComparison.Ordinal))
            throw ProblemException.BadRequest($"'{Shorten(request.Input)}' is no file for model '{model}'.", $"Put the file into the container 'batches' as {model}/… and name it so.");
        UploadInfo input = await storage.Batches.FindAsync(request.Input, cancellationToken)
            ?? throw ProblemException.NotFound($"There is no '{Shorten(request.Input)}' in the container 'batches'.", "Upload the file there first, then name it as it is called in the container.");
        if (input.Bytes == 0)
            throw ProblemException.BadRequest("The file is empty.", "Upload CSV with a header, or NDJSON.");
        if (input.Bytes > MaxInputBytes)
            throw new ProblemException(413, "The file is too large.", string.Create(CultureInfo.InvariantCulture, $"It has {input.Bytes} bytes; a job takes up to {MaxInputBytes}. Cut it, and start a job for each piece."));
        ModelVersion version = await FindVersionAsync(model, request.Version, cancellationToken);
        string id = Id(model, request.IdempotencyKey ?? Guid.NewGuid().ToString("N"));
        RowsFormat output = request.OutputFormat ?? (request.Input.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? RowsFormat.Csv : RowsFormat.Ndjson);
        DateTimeOffset now = time.GetUtcNow();
        BatchRecord known = await log.AddAsync(
            new BatchRecord
            {
                Id = id,
                Model = model,
                Version = version.Version,
                ModelHash = version.Hash,
                Status = BatchStatus.Queued,
                Input = input.Name,
                InputETag = input.ETag,
                InputVersionId = input.VersionId,
                InputBytes = input.Bytes,
                InputFormat = request.Format,
                Delimiter = request.Delimiter?.ToString(),
                Output = $"{model}/results/{id}.{(output == RowsFormat.Csv ? "csv" : "ndjson")}",
                OutputFormat = output,
                Window = MonitoringWindow.Containing(now, version.Monitoring.Window).Name,
                Monitored = request.Monitored,
                RequestedAt = now,
                Stamp = now,
            },
            cancellationToken);
        if (known.Input != input.Name || known.InputETag != input.ETag || known.OutputFormat != output || (request.Version is { } asked && asked != known.Version))
            throw new ProblemException(409, "That Idempotency-Key belongs to another request.", $"It started job {known.Id} on '{known.Input}' as it was then; send a new key.");

        // Also for a job that an earlier request noted: that one may have died before it came here.
        if (!known.HasEnded && known.StartedAttempt < known.Attempt)
            await QueueAsync(known.Ref, cancellationToken);
        return known;
    }

    /// <summary>Marks a start that a command asks for.</summary>
    /// <returns>Whether to start it now; false: it was started before, has ended, or another attempt has taken its place.</returns>
    public async Task<bool> TryTakeAsync(BatchRef batch, CancellationToken cancellationToken)
    {
        bool first = false;
        BatchRecord? taken = await log.UpdateAsync(
            batch,
            record =>
            {
                first = record.StartedAttempt < record.Attempt;
                return record with { StartedAttempt = record.Attempt, Status = BatchStatus.Running };
            },
            cancellationToken);
        return taken is not null && first;
    }

    /// <exception cref="ProblemException">404: there is no such job.</exception>
    public async Task<BatchRecord> RequireAsync(string id, CancellationToken cancellationToken) =>
        (BatchRef.IsId(id) ? await log.FindAsync(id, cancellationToken) : null)
        ?? throw ProblemException.NotFound("There is no such batch job.", "GET /api/models/{name}/batches lists those of a model.");

    /// <summary>Jobs of a model, the newest first.</summary>
    public IAsyncEnumerable<BatchRecord> ListAsync(string model, CancellationToken cancellationToken) => log.ListAsync(model, cancellationToken);

    /// <summary>What is done of a job that goes on.</summary>
    public async Task<BatchProgress> ProgressAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Status == BatchStatus.Completed)
            return new BatchProgress(batch.Parts ?? 0, batch.Predicted ?? 0, batch.Refused ?? 0);
        int parts = 0;
        long predicted = 0, refused = 0;
        await foreach (string path in storage.Checkpoints.ListAsync(DonePart.Folder(batch.Id), cancellationToken))
        {
            DonePart done = DonePart.Parse(path);
            parts++;
            predicted += done.Predicted;
            refused += done.Refused;
        }

        return new BatchProgress(parts, predicted, refused);
    }

    /// <summary>Ends a job. What was scored is forgotten; there is no output.</summary>
    /// <exception cref="ProblemException">404: no such job; 409: it has ended.</exception>
    public async Task<BatchRecord> CancelAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            BatchRecord batch = await RequireAsync(id, cancellationToken);
            if (batch.HasEnded)
                throw new ProblemException(409, "The job has ended.", "There is nothing left to cancel.");
            if (await log.UpdateAsync(batch.Ref, record => record with { Status = BatchStatus.Cancelled, EndedAt = time.GetUtcNow() }, cancellationToken) is not { } ended)
                continue;
            await storage.Checkpoints.DeleteAsync(id + "/", cancellationToken);
            return ended;
        }
    }

    /// <summary>Queues the jobs again that were never started, or whose orchestration shows no life, as a new attempt; after the last one they are lost.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        List<BatchRecord> open = await log.ListOpenAsync(cancellationToken).ToListAsync(cancellationToken);
        foreach (BatchRecord batch in open)
        {
            // Activities of all jobs share one place, so each waits for the others' before it shows life.
            bool waits = batch.StartedAttempt < batch.Attempt;
            TimeSpan patience = waits ? options.ClaimDeadline : options.StepDeadline * open.Count * 1.25;
            if (batch.Stamp + patience >= time.GetUtcNow())
                continue;
            BatchRecord? next = await log.UpdateAsync(
                batch.Ref,
                record => record.Stamp != batch.Stamp ? record : record.Attempt >= options.MaxAttempts
                    ? record with { Status = BatchStatus.Lost, EndedAt = time.GetUtcNow(), Error = new RunError("OrchestrationDied", string.Create(CultureInfo.InvariantCulture, $"The job showed no life after {record.Stamp:yyyy-MM-ddTHH:mm:ssZ}, in its last attempt. See the log around that time, then start it again."), null) }
                    : record with { Attempt = record.Attempt + 1, Status = BatchStatus.Queued, Stamp = time.GetUtcNow() },
                cancellationToken);
            if (next is { HasEnded: false } && next.Attempt > batch.Attempt)
            {
                logger.LogWarning("Batch {Batch} of model {Model} showed no life; attempt {Attempt} goes on where it stands", batch.Id, batch.Model, next.Attempt);
                await QueueAsync(next.Ref, cancellationToken);
            }
            else if (next is { HasEnded: true })
            {
                await storage.Checkpoints.DeleteAsync(batch.Id + "/", cancellationToken);
            }
        }
    }

    private Task QueueAsync(BatchRef batch, CancellationToken cancellationToken) =>
        storage.Commands.SendAsync(new Command(Command.Score, Batch: batch).ToJson(), null, cancellationToken);

    private async Task<ModelVersion> FindVersionAsync(string model, int? version, CancellationToken cancellationToken)
    {
        if (version is null)
        {
            ModelAlias champion = await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken)
                ?? throw ProblemException.NotFound($"There is no model '{model}' with a champion.", "GET /api/models lists the models; name a version where none is champion.");
            version = champion.Version;
        }

        return await registry.FindVersionAsync(model, version.Value, cancellationToken)
            ?? throw ProblemException.NotFound($"Model '{model}' has no version {version}.", $"GET /api/models/{model}/versions lists its versions.");
    }

    private static string Id(string model, string key) => "b-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"batch\n{model}\n{key}")).AsSpan(0, 16));

    private static string Shorten(string text) => text.Length > 200 ? text[..200] + "…" : text;
}
