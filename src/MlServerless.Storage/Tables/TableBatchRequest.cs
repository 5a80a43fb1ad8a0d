using System.Buffers;
using System.Text;

namespace MlServerless.Storage.Tables;

/// <summary>The body of an entity group transaction: one changeset in a multipart message.</summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions</remarks>
internal sealed record TableBatchRequest(ReadOnlyMemory<byte> Content, string ContentType)
{
    private const int MaximumActions = 100;
    private const int MaximumBytes = 4 * 1024 * 1024;

    /// <exception cref="ArgumentException">The service would refuse the transaction: its count, size, partitions or doubled keys.</exception>
    public static TableBatchRequest Write(Uri endpoint, string table, IReadOnlyList<TableTransactionAction> actions)
    {
        Check(actions);
        // Boundaries need no secret: a body is JSON, in which no line begins with two hyphens.
        const string Batch = "batch_mlserverless";
        const string ChangeSet = "changeset_mlserverless";
        var content = new ArrayBufferWriter<byte>(1024 * actions.Count);
        Append(content, $"--{Batch}\r\nContent-Type: multipart/mixed; boundary={ChangeSet}\r\n\r\n");
        foreach (TableTransactionAction action in actions)
        {
            Append(content, $"--{ChangeSet}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            WriteAction(content, endpoint, table, action);
            Append(content, "\r\n");
        }

        Append(content, $"--{ChangeSet}--\r\n--{Batch}--\r\n");
        return content.WrittenCount <= MaximumBytes
            ? new TableBatchRequest(content.WrittenMemory, $"multipart/mixed; boundary={Batch}")
            : throw new ArgumentException($"The transaction has {content.WrittenCount} bytes; the Table service takes at most {MaximumBytes}. Keep large documents in blobs and their hashes in the table.", nameof(actions));
    }

    private static void Check(IReadOnlyList<TableTransactionAction> actions)
    {
        if (actions.Count is 0 or > MaximumActions)
        {
            throw new ArgumentException($"A transaction holds 1 to {MaximumActions} changes, not {actions.Count}.", nameof(actions));
        }

        if (actions.FirstOrDefault(a => a.Entity.PartitionKey != actions[0].Entity.PartitionKey) is { } stranger)
        {
            throw new ArgumentException($"A transaction covers one partition, not both '{actions[0].Entity.PartitionKey}' and '{stranger.Entity.PartitionKey}'.", nameof(actions));
        }

        if (actions.GroupBy(a => a.Entity.RowKey, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } doubled)
        {
            throw new ArgumentException($"A transaction changes an entity once, but '{doubled.Key}' is in it {doubled.Count()} times.", nameof(actions));
        }
    }

    private static void WriteAction(ArrayBufferWriter<byte> content, Uri endpoint, string table, TableTransactionAction action)
    {
        TableEntity entity = action.Entity;
        string path = TableClient.EntityPath(table, entity.PartitionKey, entity.RowKey);
        (string method, bool conditional) = action.ActionType switch
        {
            TableTransactionActionType.Add => ("POST", false),
            TableTransactionActionType.UpdateMerge => ("PATCH", true),
            TableTransactionActionType.UpdateReplace => ("PUT", true),
            TableTransactionActionType.Delete => ("DELETE", true),
            TableTransactionActionType.UpsertMerge => ("PATCH", false),
            TableTransactionActionType.UpsertReplace => ("PUT", false),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action.ActionType, "Unknown kind of change."),
        };
        Append(content, $"{method} {endpoint}/{(method == "POST" ? table : path)} HTTP/1.1\r\nAccept: {TablePipeline.MinimalMetadata}\r\nDataServiceVersion: 3.0\r\n");
        if (conditional)
        {
            Append(content, $"If-Match: {TableClient.ConditionOf(action.ETag)}\r\n");
        }

        if (method == "DELETE")
        {
            Append(content, "\r\n");
            return;
        }

        Append(content, $"{(method == "POST" ? "Prefer: return-no-content\r\n" : "")}Content-Type: {TablePipeline.JsonType}\r\n\r\n");
        content.Write(TableEntityJson.Write(entity).Span);
        Append(content, "\r\n");
    }

    private static void Append(ArrayBufferWriter<byte> content, string text) => Encoding.UTF8.GetBytes(text, content);
}
