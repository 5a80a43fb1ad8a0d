using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines.Retention;

/// <summary>
/// Marks what must stay: every hash that any row of any table names, and what those documents name in turn. Left out are the parts of data versions that
/// were removed and belong to no other version, and what the runs on them made of their rows: the prepared tables, and after an erasure also figures and
/// reports, which quote values.
/// </summary>
internal sealed class StoreMarking(IPipelineStorage storage, DataCatalog catalog, RunLog runs, ReferenceCache references)
{
    /// <param name="stored">What the store holds.</param>
    public async Task<StoreMarks> MarkAsync(IReadOnlyDictionary<ContentHash, StoredContent> stored, CancellationToken cancellationToken)
    {
        var live = new HashSet<ContentHash>();
        var removed = new Dictionary<ContentHash, bool>();
        await foreach (DataVersionRecord arrival in catalog.ListArrivalsAsync(null, cancellationToken))
        {
            if (arrival.Removed is null)
                live.Add(arrival.Id);
        }

        await foreach (DataVersionRecord version in catalog.ListVersionsAsync(null, cancellationToken))
        {
            if (version.Removed is { } removal && !live.Contains(version.Id))
                removed[version.Id] = removal.Reason == DataRemoval.ByErasure;
        }

        HashSet<ContentHash> liveParts = await PartsAsync(live, stored, cancellationToken);
        HashSet<ContentHash> erasedParts = await PartsAsync(removed.Where(version => version.Value).Select(version => version.Key), stored, cancellationToken);
        HashSet<ContentHash> gone = await PartsAsync(removed.Keys, stored, cancellationToken);
        gone.ExceptWith(liveParts);
        erasedParts.ExceptWith(liveParts);
        if (gone.Count > 0)
            await AddDerivedAsync(gone, erasedParts, stored, cancellationToken);

        var named = new HashSet<ContentHash>(liveParts);
        foreach (IRowTable table in (IRowTable[])[storage.Runs, storage.Data, storage.Registry, storage.Monitoring])
        {
            await foreach (Row row in table.QueryAsync(null, null, null, cancellationToken))
            {
                // The scan of a part that is gone quotes its values.
                if (ScanKey.PartOf(row.Key) is not { } part || !gone.Contains(part))
                    HashScanner.Collect(Encoding.UTF8.GetBytes(row.Json), named);
            }
        }

        named.ExceptWith(gone);
        var open = new Queue<ContentHash>(named.Where(hash => !liveParts.Contains(hash)));
        while (open.TryDequeue(out ContentHash hash))
        {
            if (!stored.TryGetValue(hash, out StoredContent? content))
                continue;
            foreach (ContentHash reference in await references.FindAsync(content, isManifest: false, cancellationToken))
            {
                if (!gone.Contains(reference) && named.Add(reference) && !liveParts.Contains(reference))
                    open.Enqueue(reference);
            }
        }

        return new StoreMarks(named, gone);
    }

    /// <summary>Adds what runs made of the rows that are gone, unless a run on other rows made the same.</summary>
    private async Task AddDerivedAsync(HashSet<ContentHash> gone, HashSet<ContentHash> erased, IReadOnlyDictionary<ContentHash, StoredContent> stored, CancellationToken cancellationToken)
    {
        var derived = new HashSet<ContentHash>();
        var kept = new HashSet<ContentHash>();
        await foreach (RunRecord run in runs.ListAsync(null, cancellationToken))
        {
            if (run.DataVersion is not { } version)
                continue;
            HashSet<ContentHash> parts = await PartsAsync([version], stored, cancellationToken);
            bool isErased = parts.Overlaps(erased);
            (parts.Overlaps(gone) ? derived : kept).UnionWith(await TablesAsync(run, stored, cancellationToken));
            ContentHash?[] figures = [run.ProfileHash, run.SketchHash, run.ReportHash, run.HoldOut?.EvaluationHash, await SketchAsync(run, stored, cancellationToken)];
            (isErased ? derived : kept).UnionWith(figures.OfType<ContentHash>());
        }

        derived.ExceptWith(kept);
        gone.UnionWith(derived);
    }

    private async Task<IReadOnlyList<ContentHash>> TablesAsync(RunRecord run, IReadOnlyDictionary<ContentHash, StoredContent> stored, CancellationToken cancellationToken) =>
        await PreparedAsync(run, stored, cancellationToken) is { } prepared ? [prepared.Train.Hash, prepared.Validation.Hash, prepared.HoldOut.Hash] : [];

    private async Task<ContentHash?> SketchAsync(RunRecord run, IReadOnlyDictionary<ContentHash, StoredContent> stored, CancellationToken cancellationToken) =>
        (await PreparedAsync(run, stored, cancellationToken))?.Sketch;

    private async Task<PreparedData?> PreparedAsync(RunRecord run, IReadOnlyDictionary<ContentHash, StoredContent> stored, CancellationToken cancellationToken) =>
        run.PreparedHash is { } hash && stored.ContainsKey(hash)
            ? JsonSerializer.Deserialize(await storage.Content.ReadAsync(hash, cancellationToken), PipelineJson.Default.PreparedData)
            : null;

    private async Task<HashSet<ContentHash>> PartsAsync(IEnumerable<ContentHash> versions, IReadOnlyDictionary<ContentHash, StoredContent> stored, CancellationToken cancellationToken)
    {
        var parts = new HashSet<ContentHash>();
        foreach (ContentHash version in versions)
        {
            // Through the cache: a manifest names its parts and nothing else.
            if (stored.TryGetValue(version, out StoredContent? manifest))
                parts.UnionWith(await references.FindAsync(manifest, isManifest: true, cancellationToken));
        }

        return parts;
    }
}
