using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Serving;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>
/// Counts what this process predicted, per model version and window, in mergeable integer sketches, and keeps each in one blob that is overwritten as it
/// grows: <c>{model}/{version}/{window}/{process}.json</c> in the container <c>monitoring</c>.
/// </summary>
public sealed class PredictionSketches(IPipelineStorage storage, TimeProvider time, ILogger<PredictionSketches> logger) : IDisposable
{
    // A request answered at the very end of a window is counted a moment later.
    private static readonly TimeSpan ClosingDelay = TimeSpan.FromSeconds(5);

    private readonly string process = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<SketchKey, LiveSketch> live = new();
    private readonly SemaphoreSlim flushing = new(1, 1);

    /// <summary>Counts the rows of one answered request.</summary>
    public void Observe(ServedModel model, RowBatch rows, double[] scores)
    {
        var key = new SketchKey(model.Name, model.Version, MonitoringWindow.Containing(time.GetUtcNow(), model.Monitoring.Window));
        live.GetOrAdd(key, static (_, model) => new LiveSketch(model), model).Add(rows, scores, model.Scorer.OutputCount);
    }

    /// <summary>Stores every sketch that has grown and closes those whose window has ended.</summary>
    /// <param name="closeAll">Closes all: the process ends.</param>
    public async Task FlushAsync(bool closeAll, CancellationToken cancellationToken)
    {
        await flushing.WaitAsync(cancellationToken);
        try
        {
            foreach ((SketchKey key, LiveSketch sketch) in live)
                await FlushAsync(key, sketch, closeAll || key.Window.End + ClosingDelay <= time.GetUtcNow(), cancellationToken);
        }
        finally
        {
            flushing.Release();
        }
    }

    public void Dispose() => flushing.Dispose();

    /// <summary>Paths of a model's stored sketches begin with this.</summary>
    public static string Folder(string model) => $"{model}/";

    /// <summary>Paths of a version's stored sketches begin with this.</summary>
    public static string Folder(string model, int version) => string.Create(CultureInfo.InvariantCulture, $"{model}/{version}/");

    private async Task FlushAsync(SketchKey key, LiveSketch sketch, bool close, CancellationToken cancellationToken)
    {
        if (sketch.Snapshot(process, close) is { } snapshot)
        {
            string path = $"{Folder(key.Model, key.Version)}{key.Window.Name}/{process}.json";
            try
            {
                await storage.MonitoringBlobs.WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(snapshot, PipelineJson.Default.PredictionSketch), cancellationToken);
                sketch.Stored(snapshot);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What could not be stored stays in memory and goes with the next flush.
                logger.LogWarning(exception, "The sketch {Path} could not be stored; it is tried again", path);
                return;
            }
        }

        if (close)
            live.TryRemove(key, out _);
    }

    private readonly record struct SketchKey(string Model, int Version, MonitoringWindow Window);
}
