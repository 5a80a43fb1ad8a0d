using System.Globalization;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Alerts;

/// <summary>Compares what has come with what the spec's <c>source</c> promises.</summary>
public sealed class SourceWatch(IPipelineStorage storage, DataCatalog catalog, RunLog runs, TimeProvider time)
{
    /// <summary>The kinds that are looked at.</summary>
    public static readonly IReadOnlyList<string> Kinds = [AlertKinds.Overdue, AlertKinds.Stale, AlertKinds.Shrinking];

    /// <summary>How many uploads before the newest say how many rows are usual.</summary>
    public const int UsualUploads = 5;

    private const string WatchPrefix = "watched:";

    /// <returns>The promises that are not kept now.</returns>
    public async Task<IReadOnlyList<AlertCondition>> FindAsync(string pipeline, SourceSpec source, CancellationToken cancellationToken)
    {
        AlertCondition?[] conditions =
        [
            source.ExpectedEvery is { } every ? await FindOverdueAsync(pipeline, every, cancellationToken) : null,
            source.Freshness is { } freshness ? await FindStaleAsync(pipeline, freshness, cancellationToken) : null,
            await FindShrinkingAsync(pipeline, source.MinimumRowRatio, cancellationToken),
        ];
        return [.. conditions.OfType<AlertCondition>()];
    }

    private async Task<AlertCondition?> FindOverdueAsync(string pipeline, TimeSpan every, CancellationToken cancellationToken)
    {
        DataVersionRecord? newest = await NewestFirst(pipeline, cancellationToken).FirstOrDefaultAsync(cancellationToken);
        DateTimeOffset? last = newest is null ? null : newest.Source.LastModified;
        await foreach (RunRecord run in runs.ListActiveAsync(pipeline, cancellationToken))
        {
            // An upload that is being taken in has come, too.
            if (run.Source is { } upload && (last is null || upload.LastModified > last))
                last = upload.LastModified;
        }

        DateTimeOffset start = last ?? await WatchedSinceAsync(pipeline, cancellationToken);
        TimeSpan grace = SourceSpec.Grace(every);
        if (time.GetUtcNow() <= start + every + grace)
            return null;
        string since = last is null ? $"No upload has ever come; the pipeline is watched since {Show(start)}" : $"No upload has come since {Show(start)}";
        return new AlertCondition(
            AlertKinds.Overdue,
            start + every,
            $"{since}. One is promised every {every:c}, with {grace:c} of grace. Ask the owner, or change source.expectedEvery.",
            new AlertEvidence(newest is null ? [] : [Evidence(newest)], Figures(("expectedEverySeconds", every.TotalSeconds), ("graceSeconds", grace.TotalSeconds))));
    }

    private async Task<AlertCondition?> FindStaleAsync(string pipeline, TimeSpan freshness, CancellationToken cancellationToken)
    {
        int refused = 0;
        DataVersionRecord? newest = null;
        DataVersionRecord? usable = null;
        await foreach (DataVersionRecord arrival in NewestFirst(pipeline, cancellationToken))
        {
            newest ??= arrival;
            if (arrival.Check is { Blocking: false })
            {
                usable = arrival;
                break;
            }

            refused += arrival.Check is null ? 0 : 1;
        }

        DateTimeOffset start = usable?.Source.LastModified ?? await WatchedSinceAsync(pipeline, cancellationToken);
        if (time.GetUtcNow() <= start + freshness)
            return null;
        string age = usable is null ? $"There are no data that may be trained on; the pipeline is watched since {Show(start)}" : $"The newest data that may be trained on are of {Show(start)}";
        string cause = refused == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {refused} later upload(s) did not pass their checks; read their reports.");
        return new AlertCondition(
            AlertKinds.Stale,
            start + freshness,
            $"{age}, and they are to be no older than {freshness:c}.{cause} Upload newer data, or change source.freshness.",
            new AlertEvidence(
                [.. new[] { newest, usable }.OfType<DataVersionRecord>().DistinctBy(arrival => arrival.Order).Select(Evidence)],
                Figures(("freshnessSeconds", freshness.TotalSeconds), ("refusedUploads", refused))));
    }

    private async Task<AlertCondition?> FindShrinkingAsync(string pipeline, double ratio, CancellationToken cancellationToken)
    {
        DataVersionRecord? newest = null;
        var before = new List<DataVersionRecord>();
        await foreach (DataVersionRecord arrival in NewestFirst(pipeline, cancellationToken))
        {
            if (arrival.Check is null)
                continue;
            if (newest is null)
                newest = arrival;
            else if (!arrival.Check.Blocking)
                before.Add(arrival);
            if (before.Count == UsualUploads)
                break;
        }

        if (newest is null || before.Count == 0)
            return null;
        double usual = Median([.. before.Select(arrival => arrival.Check!.RowsOfUpload)]);
        long rows = newest.Check!.RowsOfUpload;
        if (rows >= ratio * usual)
            return null;
        return new AlertCondition(
            AlertKinds.Shrinking,
            newest.Source.LastModified,
            string.Create(CultureInfo.InvariantCulture, $"The newest upload, {newest.Source.Blob}, has {rows} rows, and {usual:0.#} are usual; fewer than {ratio:0.##} of that are alarming. Ask the owner whether rows are missing, or change source.minimumRowRatio."),
            new AlertEvidence(
                [Evidence(newest), .. before.Select(Evidence)],
                Figures(("rows", rows), ("usualRows", usual), ("minimumRowRatio", ratio))));
    }

    private IAsyncEnumerable<DataVersionRecord> NewestFirst(string pipeline, CancellationToken cancellationToken) =>
        catalog.ListNewestFirstAsync(pipeline, time.GetUtcNow(), null, cancellationToken);

    /// <summary>When the pipeline was first looked at: a promise counts from then where nothing has come.</summary>
    private async Task<DateTimeOffset> WatchedSinceAsync(string pipeline, CancellationToken cancellationToken)
    {
        string key = WatchPrefix + pipeline;
        while (true)
        {
            if (await storage.Monitoring.FindAsync(AlertBook.Partition, key, cancellationToken) is { } row)
                return DateTimeOffset.Parse(System.Text.Json.JsonSerializer.Deserialize(row.Json, PipelineJson.Default.String)!, CultureInfo.InvariantCulture);
            string now = System.Text.Json.JsonSerializer.Serialize(time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), PipelineJson.Default.String);
            await storage.Monitoring.TryInsertAsync(new Row(AlertBook.Partition, key, now), cancellationToken);
        }
    }

    private static double Median(List<long> values)
    {
        values.Sort();
        int middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
    }

    private static AlertData Evidence(DataVersionRecord arrival) =>
        new(arrival.Id, arrival.Source.Blob, arrival.Source.LastModified, arrival.Check?.ReportHash, arrival.Check?.RowsOfUpload);

    private static SortedDictionary<string, double> Figures(params (string Name, double Value)[] figures) =>
        new(figures.ToDictionary(figure => figure.Name, figure => figure.Value), StringComparer.Ordinal);

    private static string Show(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
