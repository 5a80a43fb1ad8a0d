using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>The table of somebody who comes second: before the first transaction, somebody else does his.</summary>
internal sealed class RacingTable(IRowTable table, Func<Task> other) : IRowTable
{
    private int transactions;

    public Task<Row?> FindAsync(string partition, string key, CancellationToken cancellationToken) => table.FindAsync(partition, key, cancellationToken);

    public Task<Row?> TryInsertAsync(Row row, CancellationToken cancellationToken) => table.TryInsertAsync(row, cancellationToken);

    public Task<Row?> TryReplaceAsync(Row row, CancellationToken cancellationToken) => table.TryReplaceAsync(row, cancellationToken);

    public Task<Row> PutAsync(Row row, CancellationToken cancellationToken) => table.PutAsync(row, cancellationToken);

    public Task DeleteAsync(string partition, string key, CancellationToken cancellationToken) => table.DeleteAsync(partition, key, cancellationToken);

    public IAsyncEnumerable<Row> QueryAsync(string? partition, string? fromKey, string? beforeKey, CancellationToken cancellationToken) => table.QueryAsync(partition, fromKey, beforeKey, cancellationToken);

    public async Task<bool> TryCommitAsync(string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        if (transactions++ == 0)
            await other();
        return await table.TryCommitAsync(partition, changes, cancellationToken);
    }
}
