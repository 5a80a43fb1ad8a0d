using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Rows;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Batches;

/// <summary>
/// The steps of a batch job: cut the input, score each part, put the output together. Each may be killed, repeated and run twice at once: parts stage blocks
/// of the output under names of their own, with the same bytes every time, and are done when a blob says so.
/// </summary>
public sealed class BatchSteps(IPipelineStorage storage, BatchLog log, ServedModels models, PredictionKey key, PipelineOptions options, TimeProvider time, ILogger<BatchSteps> logger)
{
    /// <summary>A small job is one part; a large one has at most a few hundred, as long as parts may be large enough.</summary>
    private const int LeastPartBytes = 8 << 20;
    private const int PartsWanted = 400;

    private const int BlockBytes = 4 << 20;

    private static readonly TimeSpan StampInterval = TimeSpan.FromSeconds(30);

    /// <summary>Cuts the input at row ends, in one pass, and counts its rows.</summary>
    /// <returns>How many parts there are; 0 where the job has ended.</returns>
    /// <exception cref="ProblemException">400: the input cannot be read.</exception>
    public async Task<int> PlanAsync(BatchRef reference, CancellationToken cancellationToken)
    {
        if (await BeginAsync(reference, cancellationToken) is not { } batch)
            return 0;
        if (await FindPlanAsync(batch.Id, cancellationToken) is { } known)
            return known.Parts.Count;
        InputCells cells = (await ModelAsync(batch, cancellationToken)).Rows.Cells;
        long length = batch.InputBytes;
        int partBytes = (int)Math.Min(options.PartBytes, Math.Max(LeastPartBytes, length / PartsWanted));
        RowsLayout? layout = null;
        var parts = new List<BatchPart>();
        long start = 0, rows = 0;
        await using (Stream stream = await storage.Batches.OpenReadAsync(batch.Input, batch.InputETag, batch.InputVersionId, 0, cancellationToken))
        {
            DataFormat Choose(ReadOnlySpan<byte> head)
            {
                layout = RowsLayout.Recognize(head, cells, batch.InputFormat, batch.Delimiter is [var delimiter] ? delimiter : null, out DataFormat data);
                return data;
            }

            await foreach (ReadOnlyMemory<byte> part in PartCutter.CutAsync(stream, partBytes, Choose, cancellationToken))
            {
                RowsReader reader = layout!.Read(part, start, cells);
                long first = rows + 1;
                while (reader.Skip())
                    rows++;
                parts.Add(new BatchPart(start, part.Length, first, rows - first + 1));
                start += part.Length;
                await StampAsync(batch, cancellationToken);
            }
        }

        if (rows == 0)
            throw ProblemException.BadRequest("The file holds no row.", "Below the header of CSV there must be at least one row.");
        await storage.Checkpoints.WriteAsync(PlanPath(batch.Id), JsonSerializer.SerializeToUtf8Bytes(new BatchPlan(layout!, parts), PipelineJson.Default.BatchPlan), cancellationToken);
        await log.UpdateAsync(reference, record => record with { Parts = parts.Count, Rows = rows, Stamp = time.GetUtcNow() }, cancellationToken);
        return parts.Count;
    }

    /// <summary>Scores one part and stages its answers.</summary>
    /// <returns>False where the job has ended.</returns>
    public async Task<bool> ScoreAsync(BatchRef reference, int part, CancellationToken cancellationToken)
    {
        if (await BeginAsync(reference, cancellationToken) is not { } batch)
            return false;
        if (await storage.Checkpoints.ListAsync(DonePart.Prefix(batch.Id, part), cancellationToken).AnyAsync(cancellationToken))
            return true;
        BatchPlan plan = await FindPlanAsync(batch.Id, cancellationToken) ?? throw new InvalidOperationException($"Batch {batch.Id} has no plan.");
        ServedModel model = await ModelAsync(batch, cancellationToken);
        BatchPart range = plan.Parts[part];
        ReadOnlyMemory<byte> rows = await ReadAsync(batch, range, cancellationToken);

        var output = new ArrayBufferWriter<byte>(BlockBytes + (BlockBytes / 4));
        using var writer = new RowsWriter(batch.OutputFormat, model.Artifact.Task, output);
        if (part == 0)
            writer.WriteHeader();
        _ = MonitoringWindow.TryParse(batch.Window, out MonitoringWindow window);
        PredictionIds ids = PredictionIds.Create(await key.GetAsync(model.Name, cancellationToken), model.Version, window, RequestOf(batch.Id, part));
        var sketch = new SketchStripe(model);
        var scorer = new RowsScorer(new ModelAnswer(model, false), ids, writer, sketch.Add);
        RowsReader reader = plan.Layout.Read(rows, range.Start, model.Rows.Cells);
        long number = range.FirstRow - 1;
        int blocks = 0;
        while (scorer.ReadGroup(reader, ref number))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (output.WrittenCount < BlockBytes)
                continue;
            await storage.Batches.StageAsync(batch.Output, DonePart.Block(part, blocks++), output.WrittenMemory, cancellationToken);
            output.ResetWrittenCount();
            await StampAsync(batch, cancellationToken);
        }

        if (output.WrittenCount > 0)
            await storage.Batches.StageAsync(batch.Output, DonePart.Block(part, blocks++), output.WrittenMemory, cancellationToken);
        if (batch.Monitored && scorer.Predicted > 0)
            await StoreSketchAsync(batch, part, sketch, scorer, cancellationToken);
        await storage.Checkpoints.WriteAsync(new DonePart(part, scorer.Predicted, scorer.Refused, blocks).PathIn(batch.Id), ReadOnlyMemory<byte>.Empty, cancellationToken);
        return true;
    }

    /// <summary>Makes the output out of the parts' blocks.</summary>
    /// <returns>False where the job has ended.</returns>
    public async Task<bool> FinishAsync(BatchRef reference, CancellationToken cancellationToken)
    {
        if (await BeginAsync(reference, cancellationToken) is not { } batch)
            return false;
        List<DonePart> done = await storage.Checkpoints.ListAsync(DonePart.Folder(batch.Id), cancellationToken).Select(DonePart.Parse).ToListAsync(cancellationToken);
        if (done.Count != batch.Parts)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{done.Count} of {batch.Parts} parts of batch {batch.Id} are done."));
        string[] blocks = [.. done.OrderBy(part => part.Part).SelectMany(part => Enumerable.Range(0, part.Blocks).Select(block => DonePart.Block(part.Part, block)))];
        await storage.Batches.CommitAsync(batch.Output, blocks, RowsWriter.ContentType(batch.OutputFormat), cancellationToken);
        BatchRecord? ended = await log.UpdateAsync(
            reference,
            record => record with { Status = BatchStatus.Completed, EndedAt = time.GetUtcNow(), Predicted = done.Sum(part => part.Predicted), Refused = done.Sum(part => part.Refused) },
            cancellationToken);
        await storage.Checkpoints.DeleteAsync(batch.Id + "/", cancellationToken);
        if (ended is not null)
            logger.LogInformation(BatchEvents.Ended, "Batch {Batch} of model {Model} version {Version} completed: {Predicted} rows predicted, {Refused} refused", ended.Id, ended.Model, ended.Version, ended.Predicted, ended.Refused);
        return true;
    }

    /// <summary>Ends a job that cannot be done.</summary>
    public async Task<bool> FailAsync(BatchRef reference, RunError error, CancellationToken cancellationToken)
    {
        BatchRecord? ended = await log.UpdateAsync(reference, record => record with { Status = BatchStatus.Failed, EndedAt = time.GetUtcNow(), Error = error }, cancellationToken);
        if (ended is null)
            return false;
        await storage.Checkpoints.DeleteAsync(reference.BatchId + "/", cancellationToken);
        logger.LogError(BatchEvents.Ended, "Batch {Batch} of model {Model} failed: {Error}", ended.Id, ended.Model, error.Message);
        return true;
    }

    /// <summary>The job, if this is its attempt; it shows life by that.</summary>
    private async Task<BatchRecord?> BeginAsync(BatchRef reference, CancellationToken cancellationToken)
    {
        BatchRecord? batch = await log.FindAsync(reference.BatchId, cancellationToken);
        if (batch is null || batch.HasEnded || batch.Attempt != reference.Attempt)
            return null;
        await StampAsync(batch, cancellationToken);
        return batch;
    }

    private async Task StampAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - batch.Stamp < StampInterval)
            return;
        await log.UpdateAsync(batch.Ref, record => time.GetUtcNow() - record.Stamp < StampInterval ? record : record with { Stamp = time.GetUtcNow() }, cancellationToken);
    }

    private async Task<ServedModel> ModelAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        ServedModel model = (await models.GetAsync(batch.Model, batch.Version, cancellationToken)).Model;
        return model.Hash == batch.ModelHash ? model : throw new InvalidOperationException($"Version {batch.Version} of model '{batch.Model}' is no longer the artifact {batch.ModelHash}.");
    }

    private async Task<byte[]> ReadAsync(BatchRecord batch, BatchPart range, CancellationToken cancellationToken)
    {
        byte[] rows = GC.AllocateUninitializedArray<byte>(range.Bytes);
        await using Stream stream = await storage.Batches.OpenReadAsync(batch.Input, batch.InputETag, batch.InputVersionId, range.Start, cancellationToken);
        await stream.ReadExactlyAsync(rows, cancellationToken);
        return rows;
    }

    /// <summary>One closed sketch a part: repeated, it takes its own place.</summary>
    private async Task StoreSketchAsync(BatchRecord batch, int part, SketchStripe sketch, RowsScorer scorer, CancellationToken cancellationToken)
    {
        TrafficCounts traffic = TrafficCounts.None with { Violations = scorer.Violations };
        string process = string.Create(CultureInfo.InvariantCulture, $"{batch.Id}-{part:D5}");
        var stored = new PredictionSketch(process, 1, true, sketch.Rows, sketch.Features, sketch.Predictions, traffic, sketch.Associations.Counts());
        string path = $"{PredictionSketches.Folder(batch.Model, batch.Version)}{batch.Window}/{process}.json";
        await storage.MonitoringBlobs.WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(stored, PipelineJson.Default.PredictionSketch), cancellationToken);
    }

    private async Task<BatchPlan?> FindPlanAsync(string batch, CancellationToken cancellationToken) =>
        await storage.Checkpoints.FindAsync(PlanPath(batch), cancellationToken) is { } json ? JsonSerializer.Deserialize(json, PipelineJson.Default.BatchPlan) : null;

    private static string PlanPath(string batch) => batch + "/plan.json";

    /// <summary>The part's number as a request of predictions: the same every time, so that the ids are.</summary>
    private static ulong RequestOf(string batch, int part) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{batch}\n{part}"))));
}
