using System.Text.Json;

namespace MlServerless.Data;

/// <summary>
/// The rows whose hashes are the smallest, each content once with how often it occurs: a sample of the different rows that depends neither
/// on their order nor on how they are grouped (bottom-k, Cohen 1997). All rows while there are no more different ones than fit.
/// </summary>
internal sealed class BottomRows(int capacity)
{
    private readonly Dictionary<ulong, SampledRow> rows = [];

    /// <summary>Dropped rows, whose memory the next ones take while a part is scanned.</summary>
    private Stack<SampledRow>? dropped;
    private ulong threshold = ulong.MaxValue;

    /// <summary>Estimates the number of different rows once not all are held.</summary>
    internal HyperLogLog? Summary { get; private set; }

    /// <summary>Whether a row of that hash may be held.</summary>
    internal bool Admits(ulong hash) => hash <= threshold;

    internal SampledRow? Find(ulong hash) => rows.GetValueOrDefault(hash);

    /// <summary>Every row goes here, whether it is held or not.</summary>
    internal void Count(ulong hash) => Summary?.Add(hash);

    internal void Add(SampledRow row)
    {
        rows.Add(row.Hash, row);
        if (rows.Count > capacity && Summary is null)
            StartSummary();
        if (rows.Count >= 2 * capacity)
            Prune();
    }

    /// <summary>A row of which nothing is set but the hash.</summary>
    /// <param name="hash">That of the content.</param>
    /// <param name="isPlaced">Whether it has places; always the same for one sample.</param>
    internal SampledRow Rent(ulong hash, bool isPlaced)
    {
        dropped ??= [];
        if (!dropped.TryPop(out SampledRow? row))
            return new SampledRow(hash) { Places = isPlaced ? new long[SampledRow.Parts] : [] };
        row.Hash = hash;
        row.Second = 0;
        row.Places.AsSpan().Clear();
        return row;
    }

    /// <summary>Ends a scan: no more rows are rented, and those that stay are packed.</summary>
    internal void Finish(Func<SampledCells, SampledCells> pack)
    {
        dropped = null;
        if (Summary is not null)
            Prune();
        foreach (SampledRow row in rows.Values)
        {
            if (row.Cells.IsUnpacked)
                row.Cells = pack(row.Cells);
        }
    }

    internal void Append(BottomRows later, long offset)
    {
        if (Summary is null && later.Summary is not null)
            StartSummary();
        foreach (SampledRow row in later.rows.Values)
        {
            if (Summary is not null && later.Summary is null)
                Summary.Add(row.Hash);
            if (!Admits(row.Hash))
                continue;
            if (Find(row.Hash) is { } known)
                known.Append(row, offset);
            else
                Add(row.Moved(offset));
        }

        if (later.Summary is { } summary)
        {
            if (Summary is null)
                StartSummary();
            Summary!.Merge(summary);
            threshold = Math.Min(threshold, later.threshold);
        }
    }

    /// <summary>The different rows, by ascending hash.</summary>
    internal IReadOnlyList<SampledRow> ToList()
    {
        if (Summary is not null)
            Prune();
        ulong[] hashes = [.. rows.Keys];
        Array.Sort(hashes);
        return Array.ConvertAll(hashes, hash => rows[hash]);
    }

    /// <summary>How many different rows there are; exact while all are held, else with a standard error of 1.6 %.</summary>
    internal long Distinct() => Summary is null ? rows.Count : Math.Max((long)Math.Round(Summary.Estimate()), capacity + 1);

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal void Restore(IEnumerable<SampledRow> written, HyperLogLog? summary)
    {
        foreach (SampledRow row in written)
        {
            if (row.Count < 1 || row.First < 1 || (row.Second == 0) != (row.Count == 1) || !rows.TryAdd(row.Hash, row))
                throw new JsonException("A sampled row has a number and a count above 0 and occurs once.");
        }

        if (rows.Count > capacity || (summary is not null && rows.Count < capacity))
            throw new JsonException($"{rows.Count} rows are not a sample of {capacity}.");
        Summary = summary;
        if (summary is not null)
            Prune();
    }

    private void StartSummary()
    {
        Summary = new HyperLogLog();
        foreach (ulong hash in rows.Keys)
            Summary.Add(hash);
    }

    private void Prune()
    {
        ulong[] hashes = [.. rows.Keys];
        if (hashes.Length < capacity)
            return;
        Array.Sort(hashes);
        foreach (ulong hash in hashes.AsSpan(capacity))
        {
            rows.Remove(hash, out SampledRow? row);
            dropped?.Push(row!);
        }

        threshold = Math.Min(threshold, hashes[capacity - 1]);
    }
}
