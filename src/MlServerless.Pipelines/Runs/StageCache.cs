using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Runs;

/// <summary>
/// Results of steps, for later runs whose step would do the same again. Table <c>runs</c>, partition = pipeline, key <c>cache:{stage}:{part}:{digest of the inputs}</c>.
/// </summary>
internal sealed class StageCache(IPipelineStorage storage)
{
    /// <summary>Results kept of one stage and part; the oldest go first.</summary>
    private const int MaxKept = 40;

    /// <returns>The result, or null where there is none whose content is all there.</returns>
    public async Task<CachedStage?> FindAsync(string pipeline, StageKey key, CancellationToken cancellationToken)
    {
        if (await storage.Runs.FindAsync(pipeline, key.RowKey, cancellationToken) is not { } row)
            return null;
        CachedStage cached = FromRow(row);

        // Rows that were erased or let go take with them what was made of them.
        foreach (ContentHash output in cached.Outputs.Values)
        {
            if (!await storage.Content.ExistsAsync(output, cancellationToken))
                return null;
        }

        return cached;
    }

    /// <summary>The earlier result that differs in the fewest inputs, and of equals the latest.</summary>
    public async Task<(CachedStage Cached, IReadOnlyList<string> Differing)?> FindNearestAsync(string pipeline, StageKey key, CancellationToken cancellationToken)
    {
        List<CachedStage> earlier = await storage.Runs.QueryAsync(pipeline, key.RowPrefix, key.RowPrefix + "~", cancellationToken).Select(FromRow).ToListAsync(cancellationToken);
        return earlier
            .Select(cached => (Cached: cached, Differing: Differing(cached.Inputs, key.Inputs)))
            .OrderBy(found => found.Differing.Count)
            .ThenByDescending(found => found.Cached.At)
            .Select(found => ((CachedStage, IReadOnlyList<string>)?)found)
            .FirstOrDefault();
    }

    public async Task PutAsync(string pipeline, StageKey key, CachedStage result, CancellationToken cancellationToken)
    {
        await storage.Runs.PutAsync(new Row(pipeline, key.RowKey, JsonSerializer.Serialize(result, PipelineJson.Default.CachedStage)), cancellationToken);
        List<Row> kept = await storage.Runs.QueryAsync(pipeline, key.RowPrefix, key.RowPrefix + "~", cancellationToken).ToListAsync(cancellationToken);
        foreach (Row old in kept.OrderByDescending(row => FromRow(row).At).Skip(MaxKept))
            await storage.Runs.DeleteAsync(pipeline, old.Key, cancellationToken);
    }

    /// <summary>The names of inputs that differ, in ordinal order.</summary>
    internal static IReadOnlyList<string> Differing(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        [.. a.Keys.Union(b.Keys, StringComparer.Ordinal).Where(name => a.GetValueOrDefault(name) != b.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];

    private static CachedStage FromRow(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.CachedStage)!;
}
