using System.Runtime.CompilerServices;
using System.Text.Json;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Erasure;

/// <summary>The erasures, in table <c>data</c>: <c>erasure:{id}</c> in the pipeline's partition, and in partition <c>@erasures</c> one row for each that is not complete.</summary>
public sealed class ErasureLog(IPipelineStorage storage)
{
    private const string Prefix = "erasure:";
    private const string OpenPartition = "@erasures";

    private IRowTable Table => storage.Data;

    /// <returns>The record that is there: this one, or what an earlier request of the same id made.</returns>
    public async Task<ErasureRecord> AddAsync(ErasureRecord erasure, CancellationToken cancellationToken)
    {
        // The open row goes first: one without an erasure is harmless, an erasure without one would not be resumed.
        await Table.PutAsync(new Row(OpenPartition, OpenKey(erasure.Ref), JsonSerializer.Serialize(erasure.Ref, PipelineJson.Default.ErasureRef)), cancellationToken);
        await Table.TryInsertAsync(ToRow(erasure, null), cancellationToken);
        return (await FindAsync(erasure.Ref, cancellationToken))!;
    }

    public async Task<ErasureRecord?> FindAsync(ErasureRef erasure, CancellationToken cancellationToken) =>
        await Table.FindAsync(erasure.Pipeline, Prefix + erasure.ErasureId, cancellationToken) is { } row ? FromRow(row) : null;

    public async IAsyncEnumerable<ErasureRecord> ListAsync(string pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(pipeline, Prefix, Prefix + "~", cancellationToken))
            yield return FromRow(row);
    }

    /// <summary>Erasures that are not complete.</summary>
    public async IAsyncEnumerable<ErasureRecord> ListOpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(OpenPartition, null, null, cancellationToken))
        {
            if (await FindAsync(JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ErasureRef)!, cancellationToken) is { Status: ErasureStatus.Running } open)
                yield return open;
        }
    }

    /// <summary>Changes a record that is not complete, again and again until no other change comes between.</summary>
    public async Task<ErasureRecord> UpdateAsync(ErasureRef erasure, Func<ErasureRecord, ErasureRecord> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            Row row = await Table.FindAsync(erasure.Pipeline, Prefix + erasure.ErasureId, cancellationToken)
                ?? throw new InvalidOperationException($"There is no erasure {erasure.ErasureId} of pipeline '{erasure.Pipeline}'.");
            ErasureRecord current = FromRow(row);
            if (current.Status == ErasureStatus.Completed)
                return current;
            ErasureRecord next = change(current);
            if (await Table.TryReplaceAsync(ToRow(next, row.ETag), cancellationToken) is null)
                continue;
            if (next.Status == ErasureStatus.Completed)
                await Table.DeleteAsync(OpenPartition, OpenKey(erasure), cancellationToken);
            return next;
        }
    }

    private static string OpenKey(ErasureRef erasure) => $"{erasure.Pipeline}:{erasure.ErasureId}";

    private static Row ToRow(ErasureRecord erasure, string? etag) =>
        new(erasure.Pipeline, Prefix + erasure.Id, JsonSerializer.Serialize(erasure, PipelineJson.Default.ErasureRecord), etag);

    private static ErasureRecord FromRow(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.ErasureRecord)!;
}
