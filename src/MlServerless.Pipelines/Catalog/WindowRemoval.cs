using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Catalog;

/// <summary>A window that holds a version whose rows are gone cannot be read any more, and its record says so.</summary>
public sealed class WindowRemoval(IPipelineStorage storage, DataCatalog catalog)
{
    public async Task RunAsync(string pipeline, CancellationToken cancellationToken)
    {
        List<DataVersionRecord> versions = await catalog.ListVersionsAsync(pipeline, cancellationToken).ToListAsync(cancellationToken);
        Dictionary<ContentHash, DataRemoval> removed = versions.Where(version => version.Removed is not null).ToDictionary(version => version.Id, version => version.Removed!);
        if (removed.Count == 0)
            return;
        foreach (DataVersionRecord window in versions.Where(version => version is { Removed: null, Composition: not null }))
        {
            WindowComposition composition = JsonSerializer.Deserialize(await storage.Content.ReadAsync(window.Composition!.Value, cancellationToken), PipelineJson.Default.WindowComposition)!;
            DataRemoval[] reasons = [.. composition.Uploads.Select(upload => removed.GetValueOrDefault(upload.DataVersion)).OfType<DataRemoval>()];
            if (reasons.Length > 0)
                await catalog.RemoveVersionAsync(pipeline, window.Id, reasons.FirstOrDefault(removal => removal.Reason == DataRemoval.ByErasure, reasons[0]) with { ReplacedBy = null }, cancellationToken);
        }
    }
}
