using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>Lists a pipeline's data with what was made from them. It reads the arrivals of the page and the runs on them, and nothing else.</summary>
public sealed class DataLineageReader(IPipelineStorage storage, DataCatalog catalog, RunLog runs, TimeProvider time)
{
    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <exception cref="ProblemException">400: <paramref name="after"/> is none that was given with a page.</exception>
    public async Task<DataLineagePage> ListAsync(string pipeline, int limit, string? after, CancellationToken cancellationToken)
    {
        string? before = after is null ? null : ReadToken(after);
        var arrivals = new List<DataLineage>();
        await foreach (DataVersionRecord arrival in catalog.ListNewestFirstAsync(pipeline, time.GetUtcNow(), before, cancellationToken))
        {
            if (arrivals.Count == limit)
                return new DataLineagePage(arrivals, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(arrivals[^1].Arrival.Order)));
            arrivals.Add(await ReadAsync(pipeline, arrival, cancellationToken));
        }

        return new DataLineagePage(arrivals, null);
    }

    private async Task<DataLineage> ReadAsync(string pipeline, DataVersionRecord arrival, CancellationToken cancellationToken)
    {
        RunRecord? own = await runs.FindAsync(pipeline, arrival.RunId, cancellationToken);
        var ids = new SortedSet<string>(StringComparer.Ordinal) { arrival.RunId };
        ids.UnionWith(await catalog.ListUsesAsync(pipeline, arrival.Id, cancellationToken));
        if (own?.Window is { } window && window.DataVersion != arrival.Id)
            ids.UnionWith(await catalog.ListUsesAsync(pipeline, window.DataVersion, cancellationToken));
        var found = new List<RunRecord>();
        foreach (string id in ids)
        {
            if ((id == own?.Id ? own : await runs.FindAsync(pipeline, id, cancellationToken)) is { } run)
                found.Add(run);
        }

        WindowComposition? composition = own?.Window is null
            ? null
            : JsonSerializer.Deserialize(await storage.Content.ReadAsync(own.Window.Composition, cancellationToken), PipelineJson.Default.WindowComposition);
        return new DataLineage(arrival, [.. found.OrderBy(run => run.ClaimedAt).ThenBy(run => run.Id, StringComparer.Ordinal)], own?.Window, composition);
    }

    private static string ReadToken(string token)
    {
        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        if (token.Length is > 0 and <= 8192 && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out int length))
        {
            string order = Encoding.UTF8.GetString(bytes, 0, length);
            if (DataOrder.IsValid(order))
                return order;
        }

        throw ProblemException.BadRequest("'after' does not continue this list.", "Send the 'next' of the page before, or leave 'after' out for the first page.");
    }
}
