using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>
/// Data versions and rejected uploads, in table <c>data</c>, partition = pipeline. Key <c>arrival:{time}:{digest}</c> holds one arrival of a version,
/// <c>version:{id}</c> the latest arrival of it, <c>rejected:{id}</c> an upload that no pipeline took.
/// </summary>
public sealed class DataCatalog(IPipelineStorage storage)
{
    private const string ArrivalPrefix = "arrival:";
    private const string VersionPrefix = "version:";
    private const string RejectedPrefix = "rejected:";

    /// <summary>Partition of uploads whose folder is not even a pipeline name.</summary>
    public const string NoPipeline = "@unknown";

    private IRowTable Table => storage.Data;

    /// <summary>Stores the manifest and records the arrival; repeating it changes nothing.</summary>
    public async Task<ContentHash> AddAsync(string pipeline, DataVersionManifest manifest, Func<ContentHash, DataVersionRecord> record, CancellationToken cancellationToken)
    {
        ContentHash id = await storage.Content.PutAsync(CanonicalJson.Serialize(manifest, PipelineJson.Default.DataVersionManifest), cancellationToken);
        DataVersionRecord arrival = record(id);
        string json = JsonSerializer.Serialize(arrival, PipelineJson.Default.DataVersionRecord);
        await Table.TryInsertAsync(new Row(pipeline, ArrivalKey(arrival.Order), json), cancellationToken);
        while (true)
        {
            string key = VersionPrefix + id.Hex;
            Row? known = await Table.FindAsync(pipeline, key, cancellationToken);
            if (known is not null && string.CompareOrdinal(FromRow(known).Order, arrival.Order) >= 0)
                return id;
            var row = new Row(pipeline, key, json, known?.ETag);
            if ((known is null ? await Table.TryInsertAsync(row, cancellationToken) : await Table.TryReplaceAsync(row, cancellationToken)) is not null)
                return id;
        }
    }

    /// <summary>The latest arrival of a data version in a pipeline.</summary>
    public async Task<DataVersionRecord?> FindAsync(string pipeline, ContentHash id, CancellationToken cancellationToken) =>
        await Table.FindAsync(pipeline, VersionPrefix + id.Hex, cancellationToken) is { } row ? FromRow(row) : null;

    public async Task<DataVersionManifest> ReadManifestAsync(ContentHash id, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await storage.Content.ReadAsync(id, cancellationToken), PipelineJson.Default.DataVersionManifest)!;

    /// <summary>The arrival that comes last in the pipeline's serial order.</summary>
    public async Task<DataVersionRecord?> FindNewestAsync(string pipeline, CancellationToken cancellationToken)
    {
        DataVersionRecord? newest = null;
        await foreach (DataVersionRecord arrival in ListArrivalsAsync(pipeline, cancellationToken))
        {
            if (newest is null || string.CompareOrdinal(arrival.Order, newest.Order) > 0)
                newest = arrival;
        }

        return newest;
    }

    public async IAsyncEnumerable<DataVersionRecord> ListArrivalsAsync(string pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(pipeline, ArrivalPrefix, ArrivalPrefix + "~", cancellationToken))
            yield return FromRow(row);
    }

    /// <summary>Records an upload that no pipeline takes; the same upload is recorded once.</summary>
    public async Task<bool> TryRejectAsync(string folder, RejectedUpload upload, CancellationToken cancellationToken) =>
        await Table.TryInsertAsync(
            new Row(RejectedPartition(folder), RejectedPrefix + upload.Id, JsonSerializer.Serialize(upload, PipelineJson.Default.RejectedUpload)),
            cancellationToken) is not null;

    public async Task<bool> IsRejectedAsync(string folder, string id, CancellationToken cancellationToken) =>
        await Table.FindAsync(RejectedPartition(folder), RejectedPrefix + id, cancellationToken) is not null;

    public async IAsyncEnumerable<RejectedUpload> ListRejectedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(null, RejectedPrefix, RejectedPrefix + "~", cancellationToken))
            yield return JsonSerializer.Deserialize(row.Json, PipelineJson.Default.RejectedUpload)!;
    }

    private static string RejectedPartition(string folder) => PipelineName.IsValid(folder) ? folder : NoPipeline;

    /// <summary>Begins with the time, so that a listing is in order but for arrivals of one second; the digest stands for the rest, which may hold characters that a key cannot.</summary>
    private static string ArrivalKey(string order)
    {
        string seconds = order[..order.IndexOf('|', StringComparison.Ordinal)];
        return $"{ArrivalPrefix}{seconds}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(order)).AsSpan(0, 8))}";
    }

    private static DataVersionRecord FromRow(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.DataVersionRecord)!;
}
