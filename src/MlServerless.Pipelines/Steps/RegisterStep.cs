using Microsoft.Extensions.Logging;
using MlServerless.Data;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Registers the chosen candidate as a version of the pipeline's model.</summary>
public sealed class RegisterStep(StepRunner runner, SpecCatalog specs, ModelRegistry registry, TimeProvider time, ILogger<RegisterStep>? logger = null)
{
    public Task<int> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "register", null, RegisterAsync, cancellationToken);

    private async Task<int> RegisterAsync(StepContext step)
    {
        RunRecord run = step.Record;
        PipelineSpec spec = await specs.ReadPinnedAsync(run.SpecHash!.Value, step.CancellationToken);
        CandidateRecord chosen = run.Candidates.First(candidate => candidate.Name == run.Chosen);
        ModelVersion version = await registry.RegisterAsync(
            new ModelVersion
            {
                Model = run.Pipeline,
                Version = 0,
                Hash = chosen.ModelHash!.Value,
                Task = spec.Task,
                CreatedAt = time.GetUtcNow(),
                Runs = [run.Id],
                DataVersion = run.DataVersion!.Value,
                DataOrder = run.DataOrder,
                SpecHash = run.SpecHash!.Value,
                SchemaHash = run.SchemaHash!.Value,
                Candidate = chosen.Name,
                Trainer = chosen.Trainer,
                Monitoring = spec.Monitoring,
                Mode = run.Mode ?? spec.Mode,
                ValidationMetrics = chosen.Metrics,
                HoldOutMetrics = run.HoldOut!.Metrics,
            },
            step.CancellationToken);
        await step.UpdateAsync(record => record with { Model = new ModelRef(run.Pipeline, version.Version, version.Hash) });
        logger?.LogInformation(ModelEvents.Registered, "Model {Model} version {Version} is {Hash}, made by run {RunId}", run.Pipeline, version.Version, version.Hash, run.Id);
        return version.Version;
    }
}
