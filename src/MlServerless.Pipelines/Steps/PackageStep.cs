using System.Buffers;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>
/// Reads the stored artifact as serving will, sends every hold-out row through the serving code as JSON, and compares the scores with those of the
/// evaluation. Any difference in any bit stops the run before the model is registered. What single rows take there is measured along the way.
/// </summary>
public sealed class PackageStep(StepRunner runner, IPipelineStorage storage, PreparedDataReader prepared, TimeProvider time)
{
    private const int MaxBatchRows = 2000;
    private const int MeasuredRequests = 400;

    /// <returns>How many rows were compared.</returns>
    public Task<long> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "package", null, PackageAsync, cancellationToken);

    private async Task<long> PackageAsync(StepContext step)
    {
        RunRecord run = step.Record;
        PreparedData data = await prepared.ReadAsync(run, step.CancellationToken);
        ContentHash scores = run.HoldOut!.ScoresHash;
        StageKey key = StageKey.Of("package", null, ("scores", scores), ("holdOut", data.HoldOut.Hash));
        LatencyRecord latency = await step.MemoizeAsync(
            key, PipelineJson.Default.LatencyRecord, _ => new Dictionary<string, ContentHash>(StringComparer.Ordinal) { ["scores"] = scores }, () => CompareAsync(step, data));
        await step.UpdateAsync(record => record with { HoldOut = record.HoldOut! with { Latency = latency } });
        return data.HoldOut.Rows;
    }

    private async Task<LatencyRecord> CompareAsync(StepContext step, PreparedData data)
    {
        RunRecord run = step.Record;
        Table holdOut = await prepared.ReadTableAsync(data.HoldOut, step.CancellationToken);
        HoldOutScores expected = JsonSerializer.Deserialize(await storage.Content.ReadAsync(run.HoldOut!.ScoresHash, step.CancellationToken), PipelineJson.Default.HoldOutScores)!;
        ModelArtifact artifact = ModelArtifact.Parse(await storage.Content.ReadAsync(expected.ModelHash, step.CancellationToken));
        var model = new ServedModel(run.Pipeline, 0, new MonitoringSpec(), artifact);
        return await Task.Run(
            () =>
            {
                Compare(model, holdOut, expected, step);
                return Measure(model, holdOut);
            },
            step.CancellationToken);
    }

    private static void Compare(ServedModel model, Table holdOut, HoldOutScores expected, StepContext step)
    {
        Action<double> progress = step.Progress();
        var reader = new JsonRowReader(model.Artifact.Signature, closedDomains: false);
        int batchRows = Math.Min(MaxBatchRows, JsonRowReader.RowLimit(model.Artifact.Signature));
        for (int start = 0; start < holdOut.RowCount; start += batchRows)
        {
            step.CancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(batchRows, holdOut.RowCount - start);
            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true }))
                JsonRowWriter.Write(writer, holdOut, model.Artifact.Signature, start, count);
            double[] served = model.Score(reader.Read(json.WrittenSpan));
            for (int i = 0; i < served.Length; i++)
            {
                double evaluated = expected.Scores[(start * expected.OutputCount) + i];
                if (BitConverter.DoubleToInt64Bits(served[i]) != BitConverter.DoubleToInt64Bits(evaluated))
                    throw new ServingSkewException(expected.RowNumbers[start + (i / expected.OutputCount)], evaluated, served[i]);
            }

            progress((double)(start + count) / holdOut.RowCount);
        }
    }

    /// <summary>Times requests of one row, the first of the hold-out in turn; the comparison before has warmed the code up.</summary>
    private LatencyRecord Measure(ServedModel model, Table holdOut)
    {
        var reader = new JsonRowReader(model.Artifact.Signature, closedDomains: false);
        double[] taken = new double[MeasuredRequests];
        for (int request = 0; request < taken.Length; request++)
        {
            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true }))
                JsonRowWriter.Write(writer, holdOut, model.Artifact.Signature, request % holdOut.RowCount, 1);
            long started = time.GetTimestamp();
            model.Score(reader.Read(json.WrittenSpan));
            taken[request] = time.GetElapsedTime(started).TotalMicroseconds;
        }

        Array.Sort(taken);
        return new LatencyRecord(taken.Length, taken[taken.Length / 2], taken[taken.Length * 95 / 100]);
    }
}
