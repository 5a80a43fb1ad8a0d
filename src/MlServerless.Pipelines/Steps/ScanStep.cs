using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Scans one part of the data: types, statistics and faults, in a form that merges with those of the other parts.</summary>
public sealed class ScanStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, DataVersionReader reader, ScanCache cache)
{
    /// <param name="part">0-based index among the parts of the upload, or of the version that the run is trained on.</param>
    /// <param name="ofWindow">Whether the part is one of the window that the run is trained on, and not of its upload or chosen version.</param>
    /// <returns>The hash of the stored scan; the default value where the file cannot be read as rows, which the check tells.</returns>
    public Task<ContentHash> RunAsync(RunRef run, int part, bool ofWindow, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "scan", string.Create(CultureInfo.InvariantCulture, $"{(ofWindow ? "window-" : "")}{part}"), step => ScanAsync(step, part, ofWindow), cancellationToken);

    private async Task<ContentHash> ScanAsync(StepContext step, int part, bool ofWindow)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        ContentHash version = (ofWindow ? step.Record.Window?.DataVersion : step.Record.UploadVersion) ?? step.Record.DataVersion!.Value;
        (OpenedFile file, int partInFile) = await reader.OpenFileOfAsync(version, part, spec, step.CancellationToken);
        if (file.IsUnreadable)
            return default;
        ScanKey key = ScanKey.Of(file.File, partInFile, spec);
        if (await cache.FindAsync(step.Record.Pipeline, key, step.CancellationToken) is { } known)
        {
            await step.CountReusedAsync(1);
            return known;
        }

        await using Stream content = await storage.Content.OpenReadAsync(file.File.Parts[partInFile].Hash, step.CancellationToken);
        PartScan scan = await Task.Run(
            () => PartScan.Scan(content, file.Format, hasHeader: partInFile == 0, SchemaRules.Declared(spec), SchemaRules.RowRules(spec), SchemaRules.Split(spec), step.CancellationToken),
            step.CancellationToken);
        ContentHash stored = await storage.Content.PutAsync(scan.ToCanonicalJson(), step.CancellationToken);
        await cache.PutAsync(step.Record.Pipeline, key, stored, step.CancellationToken);
        return stored;
    }
}
