using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>The first step: pins the spec by hash. No later step reads <c>pipelines/{name}.json</c>.</summary>
public sealed class PinStep(StepRunner runner, SpecCatalog specs, DataCatalog catalog)
{
    public Task<PinResult> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "pin", null, PinAsync, cancellationToken);

    private async Task<PinResult> PinAsync(StepContext step)
    {
        RunRecord record = step.Record;

        // A later attempt goes on with the spec of the first: a run has one spec.
        ContentHash hash = record.SpecHash ?? await specs.PinAsync(record.Pipeline, step.CancellationToken);
        PipelineSpec spec = await specs.ReadPinnedAsync(hash, step.CancellationToken);
        record = await step.UpdateAsync(current => current with { SpecHash = hash, DataVersion = current.DataVersion ?? current.RequestedDataVersion });
        int? parts = record.DataVersion is { } version
            ? (await catalog.ReadManifestAsync(version, step.CancellationToken)).Parts.Count
            : null;
        return new PinResult([.. spec.Candidates.Select(candidate => candidate.Name)], parts);
    }
}
