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
    /// <param name="part">0-based index among the parts of the data version.</param>
    /// <returns>The hash of the stored scan; the default value where the file cannot be read as rows, which the check tells.</returns>
    public Task<ContentHash> RunAsync(RunRef run, int part, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "scan", part.ToString(CultureInfo.InvariantCulture), step => ScanAsync(step, part), cancellationToken);

    private async Task<ContentHash> ScanAsync(StepContext step, int part)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        (OpenedFile file, int partInFile) = await reader.OpenFileOfAsync(step.Record.DataVersion!.Value, part, spec, step.CancellationToken);
        if (file.IsUnreadable)
            return default;
        await using Stream content = await storage.Content.OpenReadAsync(file.File.Parts[partInFile].Hash, step.CancellationToken);
        PartScan scan = await Task.Run(
            () => PartScan.Scan(content, file.Format, hasHeader: partInFile == 0, SchemaRules.Declared(spec), step.CancellationToken),
            step.CancellationToken);
        return await storage.Content.PutAsync(scan.ToCanonicalJson(), step.CancellationToken);
    }
}
