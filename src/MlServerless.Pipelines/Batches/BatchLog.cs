using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Batches;

/// <summary>
/// The batch jobs, in table <c>monitoring</c>: partition <c>@batches</c> has the records by id, <c>@batches-open</c> the ids of those that have not ended,
/// and the model's partition <c>batch:{time}:{id}</c>, with a time that counts down, so that the newest comes first.
/// </summary>
public sealed class BatchLog(IPipelineStorage storage)
{
    private const string Partition = "@batches";
    private const string OpenPartition = "@batches-open";
    private const string IndexPrefix = "batch:";

    private IRowTable Table => storage.Monitoring;

    /// <returns>The record that is there: this one, or what an earlier request of the same id made.</returns>
    public async Task<BatchRecord> AddAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        // The record comes last: rows that name none are harmless, a record that nothing names would not be resumed.
        string id = JsonSerializer.Serialize(batch.Id, PipelineJson.Default.String);
        await Table.PutAsync(new Row(OpenPartition, batch.Id, id), cancellationToken);
        if (await FindAsync(batch.Id, cancellationToken) is { } known)
            return known;
        string down = (DateTimeOffset.MaxValue.UtcTicks - batch.RequestedAt.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
        await Table.PutAsync(new Row(batch.Model, $"{IndexPrefix}{down}:{batch.Id}", id), cancellationToken);
        await Table.TryInsertAsync(ToRow(batch, null), cancellationToken);
        return (await FindAsync(batch.Id, cancellationToken))!;
    }

    public async Task<BatchRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        await Table.FindAsync(Partition, id, cancellationToken) is { } row ? FromRow(row) : null;

    /// <summary>Jobs of a model, the newest first.</summary>
    public async IAsyncEnumerable<BatchRecord> ListAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (Row row in Table.QueryAsync(model, IndexPrefix, IndexPrefix + "~", cancellationToken))
        {
            string id = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.String)!;
            if (seen.Add(id) && await FindAsync(id, cancellationToken) is { } batch)
                yield return batch;
        }
    }

    /// <summary>Jobs that have not ended.</summary>
    public async IAsyncEnumerable<BatchRecord> ListOpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(OpenPartition, null, null, cancellationToken))
        {
            BatchRecord? batch = await FindAsync(row.Key, cancellationToken);
            if (batch is { HasEnded: false })
                yield return batch;
            else if (batch is not null)
                await Table.DeleteAsync(OpenPartition, row.Key, cancellationToken);
        }
    }

    /// <summary>Changes a record that has not ended, again and again until no other change comes between.</summary>
    /// <returns>The record as it is then; null where it has ended, or is at another attempt.</returns>
    public async Task<BatchRecord?> UpdateAsync(BatchRef batch, Func<BatchRecord, BatchRecord> change, CancellationToken cancellationToken)
    {
        while (await Table.FindAsync(Partition, batch.BatchId, cancellationToken) is { } row)
        {
            BatchRecord current = FromRow(row);
            if (current.HasEnded || current.Attempt != batch.Attempt)
                return null;
            BatchRecord next = change(current);
            if (next != current && await Table.TryReplaceAsync(ToRow(next, row.ETag), cancellationToken) is null)
                continue;
            if (next.HasEnded)
                await Table.DeleteAsync(OpenPartition, batch.BatchId, cancellationToken);
            return next;
        }

        return null;
    }

    private static Row ToRow(BatchRecord batch, string? etag) => new(Partition, batch.Id, JsonSerializer.Serialize(batch, PipelineJson.Default.BatchRecord), etag);

    private static BatchRecord FromRow(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.BatchRecord)!;
}
