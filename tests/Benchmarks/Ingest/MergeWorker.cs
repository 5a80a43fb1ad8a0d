using System.Collections.Concurrent;
using System.Diagnostics;
using MlServerless.Benchmarks.Running;
using MlServerless.Data;

namespace MlServerless.Benchmarks.Ingest;

/// <summary>Merges the scans of a file that was cut into few and many parts, by one and by several threads.</summary>
internal static class MergeWorker
{
    private const int Repeats = 5;

    internal static async Task RunAsync(string file)
    {
        var figures = new Dictionary<string, double>();
        var hashes = new HashSet<ContentHash>();
        long bytes = new FileInfo(file).Length;
        foreach (int parts in (int[])[8, 32])
        {
            using var scanning = new BlockingCollection<Task<PartScan>>();
            await Ingestion.ScanAsync(file, Environment.ProcessorCount, (int)(bytes / parts) + 1, scanning);
            List<PartScan> scans = [.. await Task.WhenAll(scanning)];
            foreach (int threads in (int[])[1, 2, 4])
            {
                double best = double.PositiveInfinity;
                for (int i = 0; i < Repeats; i++)
                {
                    long began = Stopwatch.GetTimestamp();
                    PartScan merged = Merge(scans, threads);
                    best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds);
                    hashes.Add(ContentHash.Of(merged.ToCanonicalJson()));
                }

                figures[$"parts{parts}.threads{threads}"] = best;
            }
        }

        figures["different"] = hashes.Count;
        ProcessRun.Print(figures);
    }

    /// <summary>Every thread merges neighbours; then their sums are merged.</summary>
    private static PartScan Merge(List<PartScan> scans, int threads)
    {
        if (threads == 1)
            return PartScan.Merge(scans);
        PartScan[][] groups = [.. scans.Chunk((scans.Count + threads - 1) / threads)];
        var sums = new PartScan[groups.Length];
        Parallel.For(0, groups.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => sums[i] = PartScan.Merge(groups[i]));
        return PartScan.Merge(sums);
    }
}
