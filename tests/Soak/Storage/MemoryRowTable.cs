using System.Globalization;
using System.Runtime.CompilerServices;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Soak.Storage;

/// <summary>A table in memory, for loads that an emulator would be too slow for.</summary>
internal sealed class MemoryRowTable : IRowTable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(string Partition, string Key), Row> rows = new(Comparer<(string Partition, string Key)>.Create(
        static (a, b) => string.CompareOrdinal(a.Partition, b.Partition) is not 0 and var order ? order : string.CompareOrdinal(a.Key, b.Key)));
    private long version;

    public Task<Row?> FindAsync(string partition, string key, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(rows.GetValueOrDefault((partition, key)));
    }

    public Task<Row?> TryInsertAsync(Row row, CancellationToken cancellationToken) => ChangeAsync(RowChangeKind.Insert, row);

    public Task<Row?> TryReplaceAsync(Row row, CancellationToken cancellationToken) => ChangeAsync(RowChangeKind.Replace, row);

    public async Task<Row> PutAsync(Row row, CancellationToken cancellationToken) => (await ChangeAsync(RowChangeKind.Put, row))!;

    public Task DeleteAsync(string partition, string key, CancellationToken cancellationToken)
    {
        lock (gate)
            rows.Remove((partition, key));
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<Row> QueryAsync(string? partition, string? fromKey, string? beforeKey, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Row[] found;
        lock (gate)
        {
            found =
            [
                .. rows.Values.Where(row => (partition is null || row.Partition == partition)
                    && (fromKey is null || string.CompareOrdinal(row.Key, fromKey) >= 0) && (beforeKey is null || string.CompareOrdinal(row.Key, beforeKey) < 0)),
            ];
        }

        foreach (Row row in found)
            yield return row;
        await Task.CompletedTask;
    }

    public Task<bool> TryCommitAsync(string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (changes.Any(change => !Holds(change)))
                return Task.FromResult(false);
            foreach (RowChange change in changes)
                Apply(change);
            return Task.FromResult(true);
        }
    }

    private Task<Row?> ChangeAsync(RowChangeKind kind, Row row)
    {
        lock (gate)
            return Task.FromResult(Holds(new RowChange(kind, row)) ? Apply(new RowChange(kind, row)) : null);
    }

    private bool Holds(RowChange change)
    {
        Row? present = rows.GetValueOrDefault((change.Row.Partition, change.Row.Key));
        return change.Kind switch
        {
            RowChangeKind.Insert => present is null,
            RowChangeKind.Put => true,
            _ => present is not null && present.ETag == change.Row.ETag,
        };
    }

    private Row? Apply(RowChange change)
    {
        (string, string) key = (change.Row.Partition, change.Row.Key);
        if (change.Kind == RowChangeKind.Delete)
        {
            rows.Remove(key);
            return null;
        }

        return rows[key] = change.Row with { ETag = (++version).ToString(CultureInfo.InvariantCulture) };
    }
}
