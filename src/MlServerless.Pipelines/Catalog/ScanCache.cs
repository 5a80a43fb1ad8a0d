using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Catalog;

/// <summary>Scans that runs before have made, so that a window that grows by a part is not scanned anew. Table <c>data</c>, partition = pipeline, key <c>scan:{part}:{digest}</c>.</summary>
public sealed class ScanCache(IPipelineStorage storage)
{
    /// <returns>The stored scan, or null when the part must be scanned.</returns>
    public async Task<ContentHash?> FindAsync(string pipeline, ScanKey key, CancellationToken cancellationToken)
    {
        if (await storage.Data.FindAsync(pipeline, key.RowKey, cancellationToken) is not { } row)
            return null;
        ContentHash scan = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.CachedScan)!.Scan;

        // Rows that were erased take their scans with them.
        return await storage.Content.ExistsAsync(scan, cancellationToken) ? scan : null;
    }

    public async Task PutAsync(string pipeline, ScanKey key, ContentHash scan, CancellationToken cancellationToken) =>
        await storage.Data.PutAsync(new Row(pipeline, key.RowKey, JsonSerializer.Serialize(new CachedScan(key.Part, scan), PipelineJson.Default.CachedScan)), cancellationToken);
}
