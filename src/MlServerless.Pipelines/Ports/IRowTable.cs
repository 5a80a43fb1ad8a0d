namespace MlServerless.Pipelines.Ports;

/// <summary>A table of JSON rows with optimistic concurrency; all rows of one partition can change in one transaction.</summary>
public interface IRowTable
{
    Task<Row?> FindAsync(string partition, string key, CancellationToken cancellationToken);

    /// <returns>The row with its ETag, or null when a row with that key exists.</returns>
    Task<Row?> TryInsertAsync(Row row, CancellationToken cancellationToken);

    /// <summary>Replaces a row that still has the ETag it was read with.</summary>
    /// <returns>The row with its new ETag, or null when it was changed or deleted meanwhile.</returns>
    Task<Row?> TryReplaceAsync(Row row, CancellationToken cancellationToken);

    /// <summary>Writes a row whatever is there.</summary>
    Task<Row> PutAsync(Row row, CancellationToken cancellationToken);

    /// <summary>Deletes a row if it is there.</summary>
    Task DeleteAsync(string partition, string key, CancellationToken cancellationToken);

    /// <summary>Rows in ordinal order of partition and key.</summary>
    /// <param name="partition">Null for all partitions.</param>
    /// <param name="fromKey">The first key, inclusive; null for no bound.</param>
    /// <param name="beforeKey">The end, exclusive; null for no bound.</param>
    IAsyncEnumerable<Row> QueryAsync(string? partition, string? fromKey, string? beforeKey, CancellationToken cancellationToken);

    /// <summary>Applies 1 to 100 changes of one partition, all or none.</summary>
    /// <returns>False when a condition failed and nothing was changed.</returns>
    Task<bool> TryCommitAsync(string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken);
}
