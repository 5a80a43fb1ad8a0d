using System.Diagnostics;
using MlServerless.Data;

namespace MlServerless.Benchmarks.Ingest;

/// <summary>What the product does with an upload until its check is known, without the storage between: cut, hash, scan, merge, infer, describe, check.</summary>
internal static class Ingestion
{
    /// <summary>Enough parts of a file of 186 MB for two processors to have the same to do.</summary>
    internal const int PartBytes = 32 << 20;

    private static readonly Dictionary<string, ColumnSchema> Declared = new() { ["label"] = new ColumnSchema("label", ColumnType.Category) };

    internal static async Task<List<PartScan>> ScanAsync(string path, int threads, int partBytes, bool mergeEarly)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        CsvFormat? format = null;
        var declared = new DataSchema { Columns = [.. Declared.Values] };
        using var room = new SemaphoreSlim(threads);
        var scans = new List<Task<PartScan>>();
        var done = new List<PartScan>();
        long next = 0;
        await foreach (ReadOnlyMemory<byte> part in PartCutter.CutAsync(file, partBytes, CancellationToken.None))
        {
            format ??= CsvFormat.Detect(part.Span, out _);
            (long start, long end) = (next, next += part.Length);
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
            while (scans.Count > 0 && scans[0].IsCompleted)
            {
                done.Add(await scans[0]);
                scans.RemoveAt(0);
            }

            if (mergeEarly && done.Count > 1)
                done = [PartScan.Merge(done)];
        }

        done.AddRange(await Task.WhenAll(scans));
        return done;
    }

    internal static async Task<IngestOutcome> RunAsync(string path, int threads)
    {
        long began = Stopwatch.GetTimestamp();
        TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
        List<PartScan> scans = await ScanAsync(path, threads, PartBytes, mergeEarly: true);
        double scanned = Stopwatch.GetElapsedTime(began).TotalSeconds;
        PartScan scan = PartScan.Merge(scans);
        double merged = Stopwatch.GetElapsedTime(began).TotalSeconds;
        DataSchema schema = SchemaInference.Infer(scan, Declared);
        DataProfile profile = DataProfile.From(scan, schema);
        CheckReport report = DataChecks.Check(scan, schema, new CheckContext { Label = "label", Classification = true, MaximumClasses = 2 });
        byte[] stored = profile.ToCanonicalJson();
        _ = report.ToCanonicalJson();
        double total = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new IngestOutcome(total, scanned, merged - scanned, total - merged, (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds, scan.RowCount, stored);
    }
}
