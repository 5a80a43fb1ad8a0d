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
/// <c>version:{id}</c> the latest arrival of it, <c>use:{id}:{run}</c> a run on a version that did not come with it,
/// <c>rejected:{id}</c> an upload that no pipeline took. Partition <c>@ids</c> tells by <c>{id}:{pipeline}</c> which pipelines a version came to.
/// </summary>
public sealed class DataCatalog(IPipelineStorage storage)
{
    private const string ArrivalPrefix = "arrival:";
    private const string VersionPrefix = "version:";
    private const string RejectedPrefix = "rejected:";
    private const string UsePrefix = "use:";

    /// <summary>Partition of uploads whose folder is not even a pipeline name.</summary>
    public const string NoPipeline = "@unknown";

    private const string IdsPartition = "@ids";

    /// <summary>How far back the previous version is looked for before the whole history is.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(40);

    /// <summary>What is read first of the history from its end.</summary>
    private static readonly TimeSpan FirstSpan = TimeSpan.FromHours(6);

    private IRowTable Table => storage.Data;

    /// <summary>Stores the manifest and records the arrival; repeating it changes nothing.</summary>
    public async Task<ContentHash> AddAsync(string pipeline, DataVersionManifest manifest, Func<ContentHash, DataVersionRecord> record, CancellationToken cancellationToken)
    {
        ContentHash id = await storage.Content.PutAsync(CanonicalJson.Serialize(manifest, PipelineJson.Default.DataVersionManifest), cancellationToken);
        DataVersionRecord arrival = record(id);
        await Table.TryInsertAsync(new Row(IdsPartition, $"{id.Hex}:{pipeline}", "{}"), cancellationToken);
        await Table.TryInsertAsync(new Row(pipeline, ArrivalKey(arrival.Order), ToJson(arrival)), cancellationToken);
        await AddVersionAsync(pipeline, arrival, cancellationToken);
        return id;
    }

    /// <summary>Stores the manifest of a window of uploads and records its version; repeating it changes nothing.</summary>
    /// <param name="record">Its record; it is no arrival. A window of one upload is that upload's version, whose record stays.</param>
    public async Task<ContentHash> AddWindowAsync(string pipeline, DataVersionManifest manifest, Func<ContentHash, DataVersionRecord> record, CancellationToken cancellationToken)
    {
        ContentHash id = await storage.Content.PutAsync(CanonicalJson.Serialize(manifest, PipelineJson.Default.DataVersionManifest), cancellationToken);
        await Table.TryInsertAsync(new Row(IdsPartition, $"{id.Hex}:{pipeline}", "{}"), cancellationToken);
        await Table.TryInsertAsync(new Row(pipeline, VersionPrefix + id.Hex, JsonSerializer.Serialize(record(id), PipelineJson.Default.DataVersionRecord)), cancellationToken);
        return id;
    }

    /// <summary>The arrival at a place in the serial order.</summary>
    public async Task<DataVersionRecord?> FindArrivalAsync(string pipeline, string order, CancellationToken cancellationToken) =>
        await Table.FindAsync(pipeline, ArrivalKey(order), cancellationToken) is { } row && FromRow(row) is var arrival && arrival.Order == order ? arrival : null;

    /// <summary>Notes that a run works on a version that did not come with it.</summary>
    public Task AddUseAsync(string pipeline, ContentHash version, string runId, CancellationToken cancellationToken) =>
        Table.PutAsync(new Row(pipeline, $"{UsePrefix}{version.Hex}:{runId}", "{}"), cancellationToken);

    /// <summary>The runs that <see cref="AddUseAsync"/> noted of a version.</summary>
    public async Task<IReadOnlyList<string>> ListUsesAsync(string pipeline, ContentHash version, CancellationToken cancellationToken)
    {
        string prefix = $"{UsePrefix}{version.Hex}:";
        return await Table.QueryAsync(pipeline, prefix, prefix + "~", cancellationToken).Select(row => row.Key[prefix.Length..]).ToListAsync(cancellationToken);
    }

    /// <summary>The latest arrival of a data version in a pipeline, or a window of uploads.</summary>
    public async Task<DataVersionRecord?> FindAsync(string pipeline, ContentHash id, CancellationToken cancellationToken) =>
        await Table.FindAsync(pipeline, VersionPrefix + id.Hex, cancellationToken) is { } row ? FromRow(row) : null;

    /// <summary>The pipelines to which a data version came, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> FindPipelinesAsync(ContentHash id, CancellationToken cancellationToken) =>
        await Table.QueryAsync(IdsPartition, id.Hex + ":", id.Hex + ";", cancellationToken).Select(row => row.Key[(id.Hex.Length + 1)..]).ToListAsync(cancellationToken);

    /// <summary>Notes what the check of an arrival found; repeating it changes nothing. An arrival that is not there is left alone.</summary>
    public Task RecordCheckAsync(string pipeline, string order, DataCheckRecord check, CancellationToken cancellationToken) =>
        UpdateAsync(pipeline, order, arrival => arrival with { Check = check }, cancellationToken, check.DataVersion);

    /// <summary>Notes that the rows of an arrival are no longer kept; repeating it changes nothing.</summary>
    public Task RemoveAsync(string pipeline, DataVersionRecord removed, DataRemoval removal, CancellationToken cancellationToken) =>
        UpdateAsync(pipeline, removed.Order, arrival => arrival.Id == removed.Id ? arrival with { Removed = arrival.Removed ?? removal } : arrival, cancellationToken);

    /// <summary>The arrival that comes before a place in the serial order and whose check did not forbid training.</summary>
    public async Task<DataVersionRecord?> FindPreviousAsync(string pipeline, string order, CancellationToken cancellationToken) =>
        await FindPreviousAsync(pipeline, order, ArrivalPrefix + DataOrder.Seconds(DataOrder.TimeOf(order) - Recent), cancellationToken)
            ?? await FindPreviousAsync(pipeline, order, ArrivalPrefix, cancellationToken);

    /// <summary>Puts a version without erased rows into the place of an arrival; repeating it changes nothing. What the check of the old rows found no longer serves as figures of a previous version.</summary>
    public async Task ReplaceAsync(string pipeline, DataVersionRecord old, ContentHash version, long bytes, int parts, DataRemoval removal, CancellationToken cancellationToken)
    {
        DataVersionRecord Replaced(DataVersionRecord arrival) => arrival.Id != old.Id ? arrival : arrival with
        {
            Id = version,
            Bytes = bytes,
            Parts = parts,
            Replaces = [.. arrival.Replaces, old.Id],
            Check = arrival.Check is { } check ? check with { ProfileHash = null } : null,
        };

        // The old version is marked last but one: until the arrival stands for the new one, a repetition finds it and does all of it again.
        await Table.TryInsertAsync(new Row(IdsPartition, $"{version.Hex}:{pipeline}", "{}"), cancellationToken);
        await AddVersionAsync(pipeline, Replaced(old), cancellationToken);
        await RemoveVersionAsync(pipeline, old.Id, removal, cancellationToken);
        await UpdateAsync(pipeline, ArrivalKey(old.Order), old.Order, Replaced, cancellationToken);
    }

    /// <summary>Notes on the record of a version, not of its arrivals, that its rows are no longer kept; repeating it changes nothing.</summary>
    public async Task RemoveVersionAsync(string pipeline, ContentHash id, DataRemoval removal, CancellationToken cancellationToken)
    {
        while (await Table.FindAsync(pipeline, VersionPrefix + id.Hex, cancellationToken) is { } row)
        {
            DataVersionRecord current = FromRow(row);
            if (current.Removed is not null || await Table.TryReplaceAsync(row with { Json = ToJson(current with { Removed = removal }) }, cancellationToken) is not null)
                return;
        }
    }

    public async Task<DataVersionManifest> ReadManifestAsync(ContentHash id, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await storage.Content.ReadAsync(id, cancellationToken), PipelineJson.Default.DataVersionManifest)!;

    /// <summary>The arrival that comes last in the pipeline's serial order and whose rows are kept.</summary>
    public async Task<DataVersionRecord?> FindNewestAsync(string pipeline, CancellationToken cancellationToken)
    {
        DataVersionRecord? newest = null;
        await foreach (DataVersionRecord arrival in ListArrivalsAsync(pipeline, cancellationToken))
        {
            if (arrival.Removed is null && (newest is null || string.CompareOrdinal(arrival.Order, newest.Order) > 0))
                newest = arrival;
        }

        return newest;
    }

    /// <param name="pipeline">Null for all.</param>
    public IAsyncEnumerable<DataVersionRecord> ListArrivalsAsync(string? pipeline, CancellationToken cancellationToken) => ListAsync(pipeline, ArrivalPrefix, cancellationToken);

    /// <summary>The latest arrival of every version.</summary>
    /// <param name="pipeline">Null for all.</param>
    public IAsyncEnumerable<DataVersionRecord> ListVersionsAsync(string? pipeline, CancellationToken cancellationToken) => ListAsync(pipeline, VersionPrefix, cancellationToken);

    /// <summary>Arrivals in the reverse of the serial order. Only as much of the history is read as is taken.</summary>
    /// <param name="around">A time near the newest: where the search begins, not what it finds.</param>
    /// <param name="before">Only arrivals before this place in the order; null for all.</param>
    public async IAsyncEnumerable<DataVersionRecord> ListNewestFirstAsync(string pipeline, DateTimeOffset around, string? before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await ListArrivalsAsync(pipeline, cancellationToken).FirstOrDefaultAsync(cancellationToken) is not { } oldest)
            yield break;

        // Tables list upwards only, so the history is read backwards in spans of time that double.
        string? end = before is null ? null : ArrivalPrefix + DataOrder.SecondsOf(before) + "~";
        DateTimeOffset from = before is null ? around : DataOrder.TimeOf(before);
        for (TimeSpan span = FirstSpan; end is null || string.CompareOrdinal(end, ArrivalPrefix + DataOrder.SecondsOf(oldest.Order)) > 0; span *= 2)
        {
            from = from - DateTimeOffset.UnixEpoch > span ? from - span : DateTimeOffset.UnixEpoch;
            string start = ArrivalPrefix + DataOrder.Seconds(from);
            var found = new List<DataVersionRecord>();
            await foreach (Row row in Table.QueryAsync(pipeline, start, end ?? ArrivalPrefix + "~", cancellationToken))
            {
                DataVersionRecord arrival = FromRow(row);
                if (before is null || string.CompareOrdinal(arrival.Order, before) < 0)
                    found.Add(arrival);
            }

            found.Sort((a, b) => string.CompareOrdinal(b.Order, a.Order));
            foreach (DataVersionRecord arrival in found)
                yield return arrival;
            end = start;
        }
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

    private async Task<DataVersionRecord?> FindPreviousAsync(string pipeline, string order, string from, CancellationToken cancellationToken)
    {
        DataVersionRecord? previous = null;
        await foreach (Row row in Table.QueryAsync(pipeline, from, ArrivalPrefix + DataOrder.SecondsOf(order) + "~", cancellationToken))
        {
            DataVersionRecord arrival = FromRow(row);
            if (arrival is { Check.Blocking: false } && string.CompareOrdinal(arrival.Order, order) < 0 && (previous is null || string.CompareOrdinal(arrival.Order, previous.Order) > 0))
                previous = arrival;
        }

        return previous;
    }

    private async Task AddVersionAsync(string pipeline, DataVersionRecord arrival, CancellationToken cancellationToken)
    {
        while (true)
        {
            string key = VersionPrefix + arrival.Id.Hex;
            Row? known = await Table.FindAsync(pipeline, key, cancellationToken);
            if (known is not null && string.CompareOrdinal(FromRow(known).Order, arrival.Order) >= 0)
                return;
            var row = new Row(pipeline, key, ToJson(arrival), known?.ETag);
            if ((known is null ? await Table.TryInsertAsync(row, cancellationToken) : await Table.TryReplaceAsync(row, cancellationToken)) is not null)
                return;
        }
    }

    /// <summary>Changes the record of an arrival, and that of its version where this arrival is the latest.</summary>
    /// <param name="window">A window that ends with the arrival; its record is changed, too.</param>
    private async Task UpdateAsync(string pipeline, string order, Func<DataVersionRecord, DataVersionRecord> change, CancellationToken cancellationToken, ContentHash? window = null)
    {
        if (await UpdateAsync(pipeline, ArrivalKey(order), order, change, cancellationToken) is not { } arrival)
            return;
        await UpdateAsync(pipeline, VersionPrefix + arrival.Id.Hex, order, change, cancellationToken);
        if (window is { } version && version != arrival.Id)
            await UpdateAsync(pipeline, VersionPrefix + version.Hex, order, change, cancellationToken);
    }

    private async Task<DataVersionRecord?> UpdateAsync(string pipeline, string key, string order, Func<DataVersionRecord, DataVersionRecord> change, CancellationToken cancellationToken)
    {
        while (await Table.FindAsync(pipeline, key, cancellationToken) is { } row)
        {
            DataVersionRecord current = FromRow(row);
            if (current.Order != order)
                return null;
            string json = ToJson(change(current));
            if (json == row.Json || await Table.TryReplaceAsync(row with { Json = json }, cancellationToken) is not null)
                return current;
        }

        return null;
    }

    private async IAsyncEnumerable<DataVersionRecord> ListAsync(string? pipeline, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Row row in Table.QueryAsync(pipeline, prefix, prefix + "~", cancellationToken))
            yield return FromRow(row);
    }

    private static string RejectedPartition(string folder) => PipelineName.IsValid(folder) ? folder : NoPipeline;

    /// <summary>Begins with the time, so that a listing is in order but for arrivals of one second; the digest stands for the rest, which may hold characters that a key cannot.</summary>
    private static string ArrivalKey(string order) =>
        $"{ArrivalPrefix}{DataOrder.SecondsOf(order)}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(order)).AsSpan(0, 8))}";

    private static string ToJson(DataVersionRecord arrival) => JsonSerializer.Serialize(arrival, PipelineJson.Default.DataVersionRecord);

    private static DataVersionRecord FromRow(Row row) => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.DataVersionRecord)!;
}
