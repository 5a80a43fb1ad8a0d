using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>
/// Counts what this process predicted, per model version and window, in mergeable integer sketches, and keeps each in one blob that is overwritten as it
/// grows: <c>{model}/{version}/{window}/{process}-{number}.json</c> in the container <c>monitoring</c>.
/// </summary>
public sealed class PredictionSketches(IPipelineStorage storage, TimeProvider time, ILogger<PredictionSketches> logger) : IDisposable
{
    // A request answered at the very end of a window is counted a moment later.
    private static readonly TimeSpan ClosingDelay = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SketchKey, LiveSketch> live = new();
    private readonly SemaphoreSlim flushing = new(1, 1);
    private int sketches;

    /// <summary>The name under which this process stores.</summary>
    public string Process { get; } = Guid.NewGuid().ToString("N");

    /// <summary>How long the oldest prediction that is not stored has waited; zero where all are.</summary>
    public TimeSpan Lag => live.Values.Select(sketch => sketch.Lag(time)).DefaultIfEmpty(TimeSpan.Zero).Max();

    /// <summary>Counts the rows of one answered request.</summary>
    internal void Observe(PredictionOutcome outcome, MonitoringWindow window, TimeSpan duration) =>
        Live(outcome.Model, window).Add(outcome, duration, time.GetTimestamp());

    /// <summary>Counts rows of a request that goes on; <see cref="ObserveRequest"/> counts it.</summary>
    internal void Observe(PredictionOutcome outcome, MonitoringWindow window) => Live(outcome.Model, window).Add(outcome, null, time.GetTimestamp());

    /// <summary>Counts an answered request whose rows were counted before.</summary>
    /// <param name="violations">Values that did not fit, by column.</param>
    internal void ObserveRequest(ServedModel model, MonitoringWindow window, TimeSpan duration, IReadOnlyDictionary<string, long> violations) =>
        Live(model, window).AddRequest(duration, violations, time.GetTimestamp());

    /// <summary>Counts a request that was refused or failed.</summary>
    internal void ObserveProblem(ServedModel model, MonitoringWindow window, ProblemException problem) =>
        Live(model, window).AddProblem(problem, time.GetTimestamp());

    /// <summary>Stores every sketch that has grown and closes those whose window has ended.</summary>
    /// <param name="closeAll">Closes all: the process ends.</param>
    public Task FlushAsync(bool closeAll, CancellationToken cancellationToken) => FlushAsync(closeAll, static _ => true, cancellationToken);

    /// <summary>Stores the sketches for which it is time.</summary>
    /// <param name="quiet">How long a prediction may wait in a process that had none before.</param>
    /// <param name="busy">How long under load.</param>
    public Task FlushDueAsync(TimeSpan quiet, TimeSpan busy, CancellationToken cancellationToken) =>
        FlushAsync(closeAll: false, sketch => sketch.IsDue(time, quiet, busy), cancellationToken);

    public void Dispose() => flushing.Dispose();

    /// <summary>Paths of a model's stored sketches begin with this.</summary>
    public static string Folder(string model) => $"{model}/";

    /// <summary>Paths of a version's stored sketches begin with this.</summary>
    public static string Folder(string model, int version) => string.Create(CultureInfo.InvariantCulture, $"{model}/{version}/");

    private LiveSketch Live(ServedModel model, MonitoringWindow window)
    {
        var key = new SketchKey(model.Name, model.Version, window);
        return live.TryGetValue(key, out LiveSketch? known) ? known : live.GetOrAdd(key, new LiveSketch(model, Interlocked.Increment(ref sketches)));
    }

    private async Task FlushAsync(bool closeAll, Func<LiveSketch, bool> isDue, CancellationToken cancellationToken)
    {
        await flushing.WaitAsync(cancellationToken);
        try
        {
            foreach ((SketchKey key, LiveSketch sketch) in live)
            {
                bool close = closeAll || key.Window.End + ClosingDelay <= time.GetUtcNow();
                if (close || isDue(sketch))
                    await FlushAsync(key, sketch, close, cancellationToken);
            }
        }
        finally
        {
            flushing.Release();
        }
    }

    private async Task FlushAsync(SketchKey key, LiveSketch sketch, bool close, CancellationToken cancellationToken)
    {
        if (sketch.Snapshot(Process, close, time.GetTimestamp()) is { } snapshot)
        {
            // A request that outlives the closing of its window makes a second sketch, which must not take the place of the first.
            string path = string.Create(CultureInfo.InvariantCulture, $"{Folder(key.Model, key.Version)}{key.Window.Name}/{Process}-{sketch.Number}.json");
            try
            {
                await storage.MonitoringBlobs.WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(snapshot.Sketch, PipelineJson.Default.PredictionSketch), cancellationToken);
                sketch.Stored(snapshot);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What could not be stored stays in memory and goes with the next flush.
                logger.LogWarning(exception, "The sketch {Path} could not be stored; it is tried again", path);
                return;
            }
        }

        // A prediction that came between is kept: its sketch is opened again by the next flush.
        if (close && sketch.IsStored)
            live.TryRemove(key, out _);
    }

    private readonly record struct SketchKey(string Model, int Version, MonitoringWindow Window);
}
