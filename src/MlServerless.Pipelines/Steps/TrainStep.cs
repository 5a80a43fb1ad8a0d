using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Trains one candidate on the training part and measures it on the validation part.</summary>
public sealed class TrainStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, PreparedDataReader prepared, PipelineOptions options)
{
    /// <param name="candidate">0-based index in the spec.</param>
    public async Task<CandidateRecord> RunAsync(RunRef run, int candidate, string name, CancellationToken cancellationToken) =>
        await runner.RunAsync(run, "train", name, step => TrainAsync(step, candidate), cancellationToken);

    private async Task<CandidateRecord> TrainAsync(StepContext step, int index)
    {
        RunRecord run = step.Record;
        PipelineSpec spec = await specs.ReadPinnedAsync(run.SpecHash!.Value, step.CancellationToken);
        CandidateSpec candidate = spec.Candidates[index];
        PreparedData data = await prepared.ReadAsync(run, step.CancellationToken);
        DataSchema schema = DataSchema.Parse(await storage.Content.ReadAsync(data.SchemaHash, step.CancellationToken));
        long rows = data.Train.Rows + data.Validation.Rows;
        MemoryBudget.Require(
            options.MemoryBudget,
            ModelTrainer.EstimateBytes(candidate.Trainer, rows, schema, data.Features, candidate.Parameters, data.Classes, spec.Text),
            rows,
            data.Features.Count,
            $"train '{candidate.Name}'");
        ModelArtifact artifact = await ModelTrainer.TrainAsync(
            new TrainingRequest
            {
                Task = spec.Task,
                Label = spec.Label,
                PositiveClass = spec.PositiveClass,
                Features = data.Features,
                Schema = schema,
                Train = await prepared.ReadTableAsync(data.Train, step.CancellationToken),
                Validation = await prepared.ReadTableAsync(data.Validation, step.CancellationToken),
                Trainer = candidate.Trainer,
                Parameters = candidate.Parameters,
                Text = spec.Text,
                Seed = spec.Seed,
                Threads = options.Threads,
                Checkpoint = new RunCheckpoint(storage.Checkpoints, $"{run.Id}/{candidate.Name}"),
                Progress = step.Progress(),
            },
            step.CancellationToken);
        ContentHash hash = await storage.Content.PutAsync(artifact.Json, step.CancellationToken);
        return new CandidateRecord(candidate.Name, candidate.Trainer, hash, artifact.Metrics);
    }
}
