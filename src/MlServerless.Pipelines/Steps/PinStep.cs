using System.Reflection;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>The first step: pins the spec by hash. No later step reads <c>pipelines/{name}.json</c>.</summary>
public sealed class PinStep(StepRunner runner, SpecCatalog specs, DataCatalog catalog)
{
    private static readonly string? CodeVersion = typeof(PinStep).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <param name="hostVersion">The version of the Functions host, where it states one.</param>
    public Task<PinResult> RunAsync(RunRef run, string? hostVersion, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "pin", null, step => PinAsync(step, hostVersion), cancellationToken);

    private async Task<PinResult> PinAsync(StepContext step, string? hostVersion)
    {
        RunRecord record = step.Record;

        // A later attempt goes on with the spec of the first: a run has one spec.
        ContentHash hash = record.SpecHash ?? await specs.PinAsync(record.Pipeline, step.CancellationToken);
        PipelineSpec spec = await specs.ReadPinnedAsync(hash, step.CancellationToken);
        record = await step.UpdateAsync(current => current with { SpecHash = hash, CodeVersion = CodeVersion, HostVersion = hostVersion, DataVersion = current.DataVersion ?? current.RequestedDataVersion });
        int? parts = record.DataVersion is { } version
            ? (await catalog.ReadManifestAsync(version, step.CancellationToken)).Parts.Count
            : null;
        return new PinResult([.. spec.Candidates.Select(candidate => candidate.Name)], parts);
    }
}
