using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>
/// Trains one candidate on the training part and measures it on the validation part. Where there are others, one that cannot be trained
/// is told on its record and leaves them their chance.
/// </summary>
public sealed class TrainStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, PreparedDataReader prepared, PipelineOptions options)
{
    /// <param name="candidate">0-based index in the spec.</param>
    public async Task<CandidateRecord> RunAsync(RunRef run, int candidate, string name, CancellationToken cancellationToken) =>
        await runner.RunAsync(run, "train", name, step => TrainAsync(step, candidate), cancellationToken);

    private async Task<CandidateRecord> TrainAsync(StepContext step, int index)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        CandidateSpec candidate = spec.Candidates[index];
        var record = new CandidateRecord(candidate.Name, candidate.Trainer, null, new Dictionary<string, double>(StringComparer.Ordinal))
        {
            Parameters = candidate.Parameters is { } parameters ? JsonSerializer.SerializeToElement(parameters, PipelineJson.Default.JsonObject).EnumerateObject()
                .ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal) : null,
        };
        try
        {
            StageKey key = StageKey.Of(
                "train",
                candidate.Name,
                [
                    ("prepared", step.Record.PreparedHash),
                    ("trainer", candidate.Trainer),
                    ("parameters", candidate.Parameters?.ToJsonString() ?? "{}"),
                    .. SpecInputs.Of(await storage.Content.ReadAsync(step.Record.SpecHash.Value, step.CancellationToken), SpecInputs.NotOfTraining),
                ]);
            return await step.MemoizeAsync(
                key,
                PipelineJson.Default.CandidateRecord,
                trained => new Dictionary<string, ContentHash>(StringComparer.Ordinal) { ["model"] = trained.ModelHash!.Value },
                async () =>
                {
                    ModelArtifact artifact = await TrainAsync(step, spec, candidate);
                    return record with { ModelHash = await storage.Content.PutAsync(artifact.Json, step.CancellationToken), Metrics = artifact.Metrics };
                });
        }
        catch (Exception failure) when (spec.Candidates.Count > 1 && IsFinal(failure))
        {
            return record with { Error = new RunError(failure.GetType().Name, failure.Message, "train") };
        }
    }

    /// <summary>Whether the training itself failed and would again, and not what it reads and writes.</summary>
    private static bool IsFinal(Exception failure) => failure is not ObjectDisposedException
        && failure is TrainingException or InvalidArtifactException or ArithmeticException or ArgumentException or IndexOutOfRangeException
            or InvalidOperationException or NullReferenceException or OutOfMemoryException;

    private async Task<ModelArtifact> TrainAsync(StepContext step, PipelineSpec spec, CandidateSpec candidate)
    {
        RunRecord run = step.Record;
        PreparedData data = await prepared.ReadAsync(run, step.CancellationToken);
        DataSchema schema = DataSchema.Parse(await storage.Content.ReadAsync(data.SchemaHash, step.CancellationToken));
        long rows = data.Train.Rows + data.Validation.Rows;
        var request = new TrainingRequest
        {
            Task = spec.Task,
            Label = spec.Label,
            PositiveClass = spec.PositiveClass,
            Features = data.Features,
            Schema = schema,
            Train = new Table([]),
            Validation = new Table([]),
            Trainer = candidate.Trainer,
            Parameters = candidate.Parameters,
            Text = spec.Text,
            Seed = spec.Seed,
            Threads = options.Threads,
            Checkpoint = new RunCheckpoint(storage.Checkpoints, $"{run.Id}/{candidate.Name}"),
            Progress = step.Progress(),
        };
        if (BinnedTraining.IsUsedBy(candidate.Trainer))
            return await TrainBinnedAsync(request, rows, data, candidate, run, step.CancellationToken);
        Require(
            ModelTrainer.EstimateBytes(candidate.Trainer, rows, schema, data.Features, candidate.Parameters, data.Classes, spec.Text), rows, data, candidate);
        return await ModelTrainer.TrainAsync(
            request with
            {
                Train = await prepared.ReadTableAsync(data.Train, step.CancellationToken),
                Validation = await prepared.ReadTableAsync(data.Validation, step.CancellationToken),
            },
            step.CancellationToken);
    }

    /// <summary>Trains from binned rows: tables are held only while the first such training bins them, cells in mapped files where they do not fit into memory.</summary>
    private async Task<ModelArtifact> TrainBinnedAsync(
        TrainingRequest request, long rows, PreparedData data, CandidateSpec candidate, RunRecord run, CancellationToken cancellationToken)
    {
        long Estimate(bool mapped) => BinnedTraining.EstimateBytes(request, rows, data.Classes, mapped);
        Require(Estimate(mapped: true), rows, data, candidate);
        string? folder = Estimate(mapped: false) > options.MemoryBudget ? Path.GetTempPath() : null;
        var cache = new BinnedRowsCache(storage, prepared, run.Id, data);
        BinnedTraining? binned = await cache.FindAsync(request, folder, cancellationToken);
        if (binned is null)
        {
            Require(BinnedTraining.EstimateMakingBytes(request, rows), rows, data, candidate);
            binned = await cache.MakeAsync(request, cancellationToken);
            if (folder is not null)
            {
                binned.Dispose();
                binned = await cache.FindAsync(request, folder, cancellationToken)
                    ?? throw new InvalidDataException("The binned rows that were just stored cannot be read.");
            }
        }
        using (binned)
            return await binned.TrainAsync(request, cancellationToken);
    }

    private void Require(long estimate, long rows, PreparedData data, CandidateSpec candidate) =>
        MemoryBudget.Require(options.MemoryBudget, estimate, rows, data.Features.Count, $"train '{candidate.Name}'");
}
