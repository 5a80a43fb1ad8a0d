using System.Reflection;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Registry;
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

        // A run has one spec: a later attempt, and an execution that loses to another at the same time, go on with the one that was pinned first.
        ContentHash hash = record.SpecHash ?? await specs.PinAsync(record.Pipeline, step.CancellationToken);
        record = await step.UpdateAsync(current => current with { SpecHash = current.SpecHash ?? hash, CodeVersion = CodeVersion, HostVersion = hostVersion, DataVersion = current.DataVersion ?? current.RequestedDataVersion ?? current.UploadVersion });
        PipelineSpec spec = await specs.ReadPinnedAsync(record.SpecHash!.Value, step.CancellationToken);
        if (record.Mode is null)
            record = await step.UpdateAsync(current => current with { Mode = current.Mode ?? spec.Mode });

        // Not the data version: an attempt before may have composed a window, which this one composes again.
        int? parts = null;
        if ((record.RequestedDataVersion ?? record.UploadVersion) is { } version)
        {
            if (record.Source is null)
                await catalog.AddUseAsync(record.Pipeline, version, record.Id, step.CancellationToken);
            parts = (await catalog.ReadManifestAsync(version, step.CancellationToken)).Parts.Count;
        }

        bool isWindowed = spec.Data.Window.Kind != WindowKind.Latest && record.RequestedDataVersion is null;
        bool isCheckedOnly = record.Source is not null && spec.Schedule is { OnUpload: false };
        return new PinResult([.. spec.Candidates.Select(candidate => candidate.Name)], parts, isWindowed, spec.IsOpaque, isCheckedOnly, record.Mode == ModelMode.Verification);
    }
}
