using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Scans one part of the data: types, statistics and faults, in a form that merges with those of the other parts.</summary>
public sealed class ScanStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, DataVersionReader reader)
{
    /// <param name="part">0-based index of the part.</param>
    /// <returns>The hash of the stored scan; the default value where the file cannot be read as rows, which the check tells.</returns>
    public Task<ContentHash> RunAsync(RunRef run, int part, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "scan", part.ToString(CultureInfo.InvariantCulture), step => ScanAsync(step, part), cancellationToken);

    private async Task<ContentHash> ScanAsync(StepContext step, int part)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        OpenedDataVersion data = await reader.OpenAsync(step.Record.DataVersion!.Value, spec, step.CancellationToken);
        if (data.IsUnreadable)
            return default;
        await using Stream content = await storage.Content.OpenReadAsync(data.Manifest.Parts[part].Hash, step.CancellationToken);
        PartScan scan = await Task.Run(
            () => PartScan.Scan(content, data.Format, hasHeader: part == 0, SchemaRules.Declared(spec), step.CancellationToken),
            step.CancellationToken);
        return await storage.Content.PutAsync(scan.ToCanonicalJson(), step.CancellationToken);
    }
}
