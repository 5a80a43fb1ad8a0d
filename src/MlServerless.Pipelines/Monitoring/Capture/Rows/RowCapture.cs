using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Serving;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring.Capture.Rows;

/// <summary>
/// Keeps rows as they came, where that is asked for: <c>@rows/{model}/{window}/{version}/{process}-{number}.ndjson</c> in the container <c>monitoring</c>.
/// Callers do not wait for storage, and memory is bounded: what cannot be stored in time is dropped and counted.
/// </summary>
public sealed class RowCapture(IPipelineStorage storage, TimeProvider time, ILogger<RowCapture> logger) : IDisposable
{
    private const string Root = "@rows/";
    private const int ChunkBytes = 1 << 20;
    private const int MostBytes = 16 << 20;

    private readonly ConcurrentDictionary<ChunkKey, Chunk> open = new();
    private readonly SemaphoreSlim flushing = new(1, 1);
    private readonly string process = Guid.NewGuid().ToString("N");
    private long waiting;
    private long dropped;
    private int chunks;

    /// <summary>Rows that were to be kept and were not, because storage did not take them in time.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Keeps those rows of a request that the settings ask for. Predictions without ids are not kept: nothing could be joined to them.</summary>
    internal void Observe(PredictionOutcome outcome, MonitoringWindow window, CaptureSettings settings)
    {
        if (outcome.Ids is not { } ids)
            return;
        using var text = new RowText(outcome.Model, settings.Mask);
        for (int row = 0; row < outcome.Rows.RowCount; row++)
        {
            if (settings.Takes(ids.NumberOf(outcome.FirstId + row)))
                text.Add(outcome, row, ids);
        }

        if (text.Rows == 0)
            return;
        if (Interlocked.Add(ref waiting, text.Bytes.Length) > MostBytes)
        {
            Interlocked.Add(ref waiting, -text.Bytes.Length);
            Interlocked.Add(ref dropped, text.Rows);
            return;
        }

        var key = new ChunkKey(outcome.Model.Name, outcome.Model.Version, window);
        while (!open.GetOrAdd(key, static (_, capture) => new Chunk(Interlocked.Increment(ref capture.chunks)), this).TryAdd(text.Bytes.Span))
        {
            // It was closed just now; the next one is open.
        }
    }

    /// <summary>Stores what has come since the last time. A chunk is overwritten as it grows, and closed when it is large or its window has ended.</summary>
    public async Task FlushAsync(bool closeAll, CancellationToken cancellationToken)
    {
        await flushing.WaitAsync(cancellationToken);
        try
        {
            foreach ((ChunkKey key, Chunk chunk) in open)
            {
                byte[] content = chunk.Take(closeAll || key.Window.End <= time.GetUtcNow(), ChunkBytes, out bool closed, out int fresh);
                if (closed)
                    open.TryRemove(new KeyValuePair<ChunkKey, Chunk>(key, chunk));
                if (fresh == 0)
                    continue;
                try
                {
                    string path = string.Create(CultureInfo.InvariantCulture, $"{Folder(key.Model)}{key.Window.Name}/{key.Version:D8}/{process}-{chunk.Number:D6}.ndjson");
                    await storage.MonitoringBlobs.WriteAsync(path, content, cancellationToken);
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    Interlocked.Add(ref dropped, closed ? content.AsSpan().Count((byte)'\n') : 0);
                    logger.LogWarning(exception, "Captured rows of model {Model} could not be stored; {Dropped} were dropped so far", key.Model, Dropped);
                    if (!closed)
                    {
                        chunk.TakeAgain(fresh);
                        continue;
                    }
                }

                Interlocked.Add(ref waiting, -fresh);
            }
        }
        finally
        {
            flushing.Release();
        }
    }

    /// <summary>The stored lines of a model, those of the newest windows first.</summary>
    /// <param name="windows">So many windows at the most.</param>
    internal async IAsyncEnumerable<(string Window, ReadOnlyMemory<byte> Lines)> ReadAsync(string model, int windows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string folder = Folder(model);
        List<string> paths = await storage.MonitoringBlobs.ListAsync(folder, cancellationToken).ToListAsync(cancellationToken);
        foreach (IGrouping<string, string> window in paths.GroupBy(path => path[folder.Length..].Split('/')[0], StringComparer.Ordinal).OrderByDescending(group => group.Key, StringComparer.Ordinal).Take(windows))
        {
            foreach (string path in window.Order(StringComparer.Ordinal))
            {
                if (await storage.MonitoringBlobs.FindAsync(path, cancellationToken) is { } lines)
                    yield return (window.Key, lines);
            }
        }
    }

    /// <summary>The newest window of a model with stored rows; null for none.</summary>
    internal async Task<string?> NewestWindowAsync(string model, CancellationToken cancellationToken)
    {
        string folder = Folder(model);
        string? newest = await storage.MonitoringBlobs.ListAsync(folder, cancellationToken).LastOrDefaultAsync(cancellationToken);
        return newest?[folder.Length..].Split('/')[0];
    }

    /// <summary>Deletes rows that were kept long enough.</summary>
    /// <param name="daysOf">For how long a model keeps them.</param>
    public async Task ForgetAsync(Func<string, CancellationToken, Task<int>> daysOf, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(daysOf);
        var days = new Dictionary<string, int>(StringComparer.Ordinal);
        var old = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (string path in storage.MonitoringBlobs.ListAsync(Root, cancellationToken))
        {
            string[] parts = path.Split('/');
            if (parts.Length < 4 || !MonitoringWindow.TryParse(parts[2], out MonitoringWindow window))
                continue;
            if (!days.TryGetValue(parts[1], out int kept))
                days[parts[1]] = kept = await daysOf(parts[1], cancellationToken);
            if (window.End + TimeSpan.FromDays(kept) < time.GetUtcNow())
                old.Add($"{Folder(parts[1])}{parts[2]}/");
        }

        foreach (string folder in old)
            await storage.MonitoringBlobs.DeleteAsync(folder, cancellationToken);
    }

    /// <summary>Deletes all rows of a model, those that this process has not stored yet, too.</summary>
    public async Task ForgetAsync(string model, CancellationToken cancellationToken)
    {
        await flushing.WaitAsync(cancellationToken);
        try
        {
            foreach ((ChunkKey key, Chunk chunk) in open.Where(entry => entry.Key.Model == model))
            {
                chunk.Take(close: true, ChunkBytes, out _, out int fresh);
                Interlocked.Add(ref waiting, -fresh);
                open.TryRemove(new KeyValuePair<ChunkKey, Chunk>(key, chunk));
            }

            await storage.MonitoringBlobs.DeleteAsync(Folder(model), cancellationToken);
        }
        finally
        {
            flushing.Release();
        }
    }

    public void Dispose() => flushing.Dispose();

    private static string Folder(string model) => $"{Root}{model}/";

    private readonly record struct ChunkKey(string Model, int Version, MonitoringWindow Window);

    /// <summary>Lines that grow until they are closed.</summary>
    private sealed class Chunk(int number)
    {
        private readonly Lock gate = new();
        private readonly ArrayBufferWriter<byte> lines = new();
        private int stored;
        private bool isClosed;

        public int Number { get; } = number;

        public bool TryAdd(ReadOnlySpan<byte> text)
        {
            lock (gate)
            {
                if (!isClosed)
                    lines.Write(text);
                return !isClosed;
            }
        }

        /// <param name="fresh">Bytes that were not taken before.</param>
        public byte[] Take(bool close, int closedFrom, out bool closed, out int fresh)
        {
            lock (gate)
            {
                closed = isClosed = close || lines.WrittenCount >= closedFrom;
                fresh = lines.WrittenCount - stored;
                stored = lines.WrittenCount;
                return fresh == 0 ? [] : lines.WrittenSpan.ToArray();
            }
        }

        /// <summary>What was taken did not reach the store.</summary>
        public void TakeAgain(int fresh)
        {
            lock (gate)
                stored -= fresh;
        }
    }
}
