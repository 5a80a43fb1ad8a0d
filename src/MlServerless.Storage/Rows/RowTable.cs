using System.Runtime.CompilerServices;
using Azure;
using MlServerless.Pipelines.Ports;
using MlServerless.Storage.Tables;

namespace MlServerless.Storage.Rows;

/// <summary>Rows in one table.</summary>
/// <remarks>
/// Every write carries an id of its own. The service may carry out a request whose answer is lost; the pipeline then
/// sends it again, and the second try fails its condition because of the first. A failed condition is therefore only
/// believed after a look at the row: if it holds the id of this write, the write was done. (A row that somebody else
/// changed again in between counts as not written; callers read it anew, as after any lost race.)
/// </remarks>
internal sealed class RowTable(Lazy<TableClient> table) : IRowTable
{
    private const string WriteId = "WriteId";

    public async Task<Row?> FindAsync(string partition, string key, CancellationToken cancellationToken) =>
        await FindEntityAsync(partition, key, cancellationToken).ConfigureAwait(false) is { } entity ? ToRow(entity) : null;

    public async Task<Row?> TryInsertAsync(Row row, CancellationToken cancellationToken)
    {
        TableEntity entity = ToEntity(row);
        return await TryWriteAsync(row, entity, () => table.Value.AddEntityAsync(entity, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async Task<Row?> TryReplaceAsync(Row row, CancellationToken cancellationToken)
    {
        TableEntity entity = ToEntity(row);
        ETag etag = ETagOf(row);
        return await TryWriteAsync(row, entity, () => table.Value.UpdateEntityAsync(entity, etag, TableUpdateMode.Replace, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async Task<Row> PutAsync(Row row, CancellationToken cancellationToken)
    {
        Response response = await table.Value.UpsertEntityAsync(ToEntity(row), TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
        return row with { ETag = ETagOf(response) };
    }

    public Task DeleteAsync(string partition, string key, CancellationToken cancellationToken) =>
        table.Value.DeleteEntityAsync(partition, key, ETag.All, cancellationToken);

    public async IAsyncEnumerable<Row> QueryAsync(string? partition, string? fromKey, string? beforeKey, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string?[] conditions =
        [
            partition is null ? null : $"PartitionKey eq {TableKey.Literal(partition)}",
            fromKey is null ? null : $"RowKey ge {TableKey.Literal(fromKey)}",
            beforeKey is null ? null : $"RowKey lt {TableKey.Literal(beforeKey)}",
        ];
        string filter = string.Join(" and ", conditions.OfType<string>());
        await foreach (TableEntity entity in table.Value.QueryAsync<TableEntity>(filter.Length == 0 ? null : filter, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return ToRow(entity);
        }
    }

    public async Task<bool> TryCommitAsync(string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        if (changes.FirstOrDefault(change => change.Row.Partition != partition) is { } stranger)
        {
            throw new ArgumentException($"A transaction over the partition '{partition}' cannot change a row of '{stranger.Row.Partition}'.", nameof(changes));
        }

        TableTransactionAction[] actions = [.. changes.Select(ToAction)];
        try
        {
            await table.Value.SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TableTransactionFailedException e) when (TableErrorCode.IsConditionFailed(e))
        {
            // All or none: one row that holds the id of this write says that all were written.
            return Array.Find(actions, action => action.ActionType != TableTransactionActionType.Delete) is { } written
                && await FindWrittenAsync(written.Entity, cancellationToken).ConfigureAwait(false) is not null;
        }
    }

    private async Task<Row?> TryWriteAsync(Row row, TableEntity entity, Func<Task<Response>> write, CancellationToken cancellationToken)
    {
        try
        {
            return row with { ETag = ETagOf(await write().ConfigureAwait(false)) };
        }
        catch (RequestFailedException e) when (TableErrorCode.IsConditionFailed(e))
        {
            return await FindWrittenAsync(entity, cancellationToken).ConfigureAwait(false) is { } written
                ? row with { ETag = written.ETag.ToString() }
                : null;
        }
    }

    private async Task<TableEntity?> FindWrittenAsync(TableEntity entity, CancellationToken cancellationToken) =>
        await FindEntityAsync(entity.PartitionKey, entity.RowKey, cancellationToken).ConfigureAwait(false) is { } found
        && found.GetGuid(WriteId) == entity.GetGuid(WriteId)
            ? found
            : null;

    private async Task<TableEntity?> FindEntityAsync(string partition, string key, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> response = await table.Value.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken).ConfigureAwait(false);
        return response.HasValue ? response.Value : null;
    }

    private static TableTransactionAction ToAction(RowChange change) => change.Kind switch
    {
        RowChangeKind.Insert => new TableTransactionAction(TableTransactionActionType.Add, ToEntity(change.Row)),
        RowChangeKind.Replace => new TableTransactionAction(TableTransactionActionType.UpdateReplace, ToEntity(change.Row), ETagOf(change.Row)),
        RowChangeKind.Put => new TableTransactionAction(TableTransactionActionType.UpsertReplace, ToEntity(change.Row)),
        RowChangeKind.Delete => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(change.Row.Partition, change.Row.Key), ETagOf(change.Row)),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "Unknown kind of change."),
    };

    private static TableEntity ToEntity(Row row)
    {
        var entity = new TableEntity(row.Partition, row.Key) { [WriteId] = Guid.NewGuid() };
        RowJson.Write(entity, row.Json);
        return entity;
    }

    private static Row ToRow(TableEntity entity) => new(entity.PartitionKey, entity.RowKey, RowJson.Read(entity), entity.ETag.ToString());

    private static ETag ETagOf(Row row) =>
        row.ETag is { Length: > 0 } etag
            ? new ETag(etag)
            : throw new ArgumentException($"The row '{row.Partition}'/'{row.Key}' has no ETag: read it before replacing or deleting it.", nameof(row));

    private static string ETagOf(Response response) => response.Headers.ETag.GetValueOrDefault().ToString();
}
