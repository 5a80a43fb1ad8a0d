using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>Sketches of several processes and windows, merged. The order of merging does not matter.</summary>
internal sealed class MergedSketch(TableSketch? features = null)
{
    /// <summary>As many as do not fill the memory: one takes a few hundred kilobytes.</summary>
    private const int ReadAtOnce = 8;

    private readonly SortedSet<string> openProcesses = new(StringComparer.Ordinal);

    public TableSketch? Features { get; private set; } = features;

    public TableSketch? Predictions { get; private set; }

    public TrafficCounts Traffic { get; private set; } = TrafficCounts.None;

    /// <summary>By input of the model; null where none were counted.</summary>
    public IReadOnlyList<AssociationCounts>? Associations { get; private set; }

    public long Rows { get; private set; } = features?.Rows ?? 0;

    public IReadOnlyList<string> OpenProcesses => [.. openProcesses];

    public async Task AddAsync(IBlobFolder blobs, string window, IEnumerable<string> paths, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool ended = MonitoringWindow.TryParse(window, out MonitoringWindow parsed) && parsed.End <= now;
        foreach (string[] some in paths.Chunk(ReadAtOnce))
        {
            foreach (PredictionSketch? sketch in await Task.WhenAll(some.Select(path => Task.Run(() => ReadAsync(blobs, path, cancellationToken), cancellationToken))))
            {
                if (sketch is not null)
                    Add(sketch, ended);
            }
        }
    }

    private static async Task<PredictionSketch?> ReadAsync(IBlobFolder blobs, string path, CancellationToken cancellationToken) =>
        await blobs.FindAsync(path, cancellationToken) is { } content ? JsonSerializer.Deserialize(content, PipelineJson.Default.PredictionSketch) : null;

    private void Add(PredictionSketch sketch, bool ended)
    {
        Features = Merge(Features, sketch.Features);
        Predictions = Merge(Predictions, sketch.Predictions);
        Rows += sketch.Rows;
        Traffic = sketch.Traffic is { } traffic ? Traffic.Plus(traffic) : Traffic;
        if (sketch.Associations is { } more)
            Associations = Associations is { } known && known.Count == more.Count ? [.. known.Zip(more, (a, b) => a.Plus(b))] : more;
        if (ended && !sketch.Closed)
            openProcesses.Add(sketch.Process);
    }

    private static TableSketch Merge(TableSketch? into, TableSketch more)
    {
        if (into is null)
            return more;
        into.Merge(more);
        return into;
    }
}
