using System.Collections.Concurrent;
using System.Diagnostics;
using MlServerless.Data;

namespace MlServerless.Benchmarks.Ingest;

/// <summary>What the product does with an upload until its check is known, without the storage between: cut, hash, scan, merge, infer, describe, check.</summary>
internal static class Ingestion
{
    /// <summary>Enough parts of a file of 186 MB for two processors to have the same to do.</summary>
    internal const int PartBytes = 32 << 20;

    private static readonly Dictionary<string, ColumnSchema> Declared = new() { ["label"] = new ColumnSchema("label", ColumnType.Category) };

    /// <summary>Scans the parts of a file, as many at a time as there are threads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">How many.</param>
    /// <param name="partBytes">Where parts are cut.</param>
    /// <param name="scans">Takes the scans in the order of the parts.</param>
    /// <param name="cuts">Takes where the parts begin and end.</param>
    internal static async Task ScanAsync(string path, int threads, int partBytes, BlockingCollection<Task<PartScan>> scans, List<(long Start, long End)>? cuts = null)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        CsvFormat? format = null;
        var declared = new DataSchema { Columns = [.. Declared.Values] };
        using var room = new SemaphoreSlim(threads);
        long next = 0;
        await foreach (ReadOnlyMemory<byte> part in PartCutter.CutAsync(file, partBytes, CancellationToken.None))
        {
            format ??= CsvFormat.Detect(part.Span, out _);
            (long start, long end) = (next, next += part.Length);
            cuts?.Add((start, end));
            await room.WaitAsync();
            scans.Add(Task.Run(() =>
            {
                // As from the store: a part is read in pieces and hashed on the way.
                using var content = new PartStream(path, start, end);
                PartScan scan = PartScan.Scan(content, format, start == 0, declared, CancellationToken.None);
                _ = content.Hash();
                room.Release();
                return scan;
            }));
        }

        scans.CompleteAdding();
        for (int i = 0; i < threads; i++)
            await room.WaitAsync();
    }

    /// <summary>Scans a file; every part is merged with those before it as soon as it is scanned.</summary>
    internal static async Task<PartScan> ScanAsync(string path, int threads, List<(long Start, long End)>? cuts = null)
    {
        using var scans = new BlockingCollection<Task<PartScan>>();
        Task<PartScan> merging = Task.Run(() => PartScan.Merge(scans.GetConsumingEnumerable().Select(part => part.GetAwaiter().GetResult())));
        await ScanAsync(path, threads, PartBytes, scans, cuts);
        return await merging;
    }

    internal static async Task<IngestOutcome> RunAsync(string path, int threads)
    {
        long began = Stopwatch.GetTimestamp();
        TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
        PartScan scan = await ScanAsync(path, threads);
        double scanned = Stopwatch.GetElapsedTime(began).TotalSeconds;
        DataSchema schema = SchemaInference.Infer(scan, Declared);
        DataProfile profile = DataProfile.From(scan, schema);
        CheckReport report = DataChecks.Check(scan, schema, new CheckContext { Label = "label", Classification = true, MaximumClasses = 2 });
        byte[] stored = profile.ToCanonicalJson();
        _ = report.ToCanonicalJson();
        double total = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new IngestOutcome(total, scanned, total - scanned, (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds, scan.RowCount, stored);
    }
}
