using System.Globalization;
using MlServerless.Benchmarks.Running;
using MlServerless.Data;

namespace MlServerless.Benchmarks.Ingest;

/// <summary>One pass over a CSV file: hash, parse, types, profile, checks; against pandas.</summary>
internal sealed class IngestBenchmark : IBenchmark
{
    /// <summary>At least six times the speed of pandas.</summary>
    private const double SpeedBound = 1 / 6.0;

    private const double MegabytesBound = 150;

    /// <summary>A row of a million may cost this much more than one of a hundred thousand.</summary>
    private const double GrowthBound = 1.25;

    /// <summary>What more threads may cost in merging.</summary>
    private const double ThreadsBound = 1.5;

    private static readonly Dictionary<string, string> PandasModules = new() { ["pandas"] = "python3-pandas", ["numpy"] = "python3-numpy" };

    public string Name => "ingest";

    public string Summary => "one pass over a CSV file: hash, parse, types, profile, checks (peer: pandas)";

    public async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var report = new Report();
        string file = await DataFiles.GetAsync(options.Quick ? "cls_100k.csv" : "cls_1m.csv");
        double megabytes = new FileInfo(file).Length / 1e6;
        int threads = Math.Min(Environment.ProcessorCount, 2);
        bool withPeer = options.Peer && Peers.AreInstalled("pandas", PandasModules);
        Report.Heading($"{Path.GetFileName(file)}, {megabytes:0.0} MB, {threads} threads, minima of {options.Rounds} rounds; fresh processes, one after the other");

        List<ProcessRun> ours = [];
        List<ProcessRun> single = [];
        List<ProcessRun> peer = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            ours.Add(await RunOursAsync(file, threads));
            if (withPeer)
                peer.Add(await ProcessRun.StartAsync(Peers.Python, [Peers.Script("ingest_pandas.py"), file], Peers.Environment));
            single.Add(await RunOursAsync(file, 1));
        }

        PrintRuns(megabytes, ("ours", ours), ("ours, 1 thread", single), ("pandas", peer));
        if (withPeer)
        {
            report.Ratio("ingest.seconds", Least(ours, "total_s"), Least(peer, "total_s"), SpeedBound);
            report.Limit("ingest.peak-megabytes", ours.Max(run => run.PeakMegabytes), peer.Min(run => run.PeakMegabytes), MegabytesBound);
        }
        else
        {
            report.Limit("ingest.peak-megabytes", ours.Max(run => run.PeakMegabytes), MegabytesBound, MegabytesBound);
        }

        if (!options.Quick)
        {
            new ReferenceProfile((await ProfileAsync(file)), report).Compare();
            await GrowthAsync(file, threads, options, report);
        }

        await MergingAsync(file, report);
        return report.AllKept;
    }

    private static Task<ProcessRun> RunOursAsync(string file, int threads) =>
        ProcessRun.StartWorkerAsync("ingest", file, threads.ToString(CultureInfo.InvariantCulture));

    private static async Task<DataProfile> ProfileAsync(string file) => DataProfile.Parse((await Ingestion.RunAsync(file, 1)).Profile);

    private static double Least(List<ProcessRun> runs, string figure) => runs.Min(run => run[figure]);

    private static void PrintRuns(double megabytes, params (string Name, List<ProcessRun> Runs)[] programs) => Report.Table(
        ["", "seconds", "MB/s", "processor s", "whole process s", "peak MB"],
        programs.Where(program => program.Runs.Count > 0).Select(program => (string[])
        [
            program.Name,
            $"{Least(program.Runs, "total_s"):0.000}",
            $"{megabytes / Least(program.Runs, "total_s"):0}",
            $"{program.Runs.Min(run => run.ProcessorSeconds):0.00}",
            $"{program.Runs.Min(run => run.WallSeconds):0.00}",
            $"{program.Runs.Max(run => run.PeakMegabytes):0}",
        ]));

    private static async Task GrowthAsync(string file, int threads, BenchmarkOptions options, Report report)
    {
        (int Rows, string File)[] files = [(100_000, DataFiles.Head(file, 100_000)), (300_000, DataFiles.Head(file, 300_000)), (1_000_000, file)];
        var seconds = files.ToDictionary(entry => entry.Rows, _ => double.PositiveInfinity);
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach ((int rows, string part) in files)
                seconds[rows] = Math.Min(seconds[rows], (await RunOursAsync(part, threads))["total_s"]);
        }

        Report.Heading("Growth");
        Report.Table(["rows", "seconds", "µs a row"], seconds.Select(pair => (string[])[$"{pair.Key}", $"{pair.Value:0.000}", $"{pair.Value / pair.Key * 1e6:0.000}"]));
        report.Ratio("ingest.microseconds-a-row.1m-to-100k", seconds[1_000_000], seconds[100_000] * 10, GrowthBound);
    }

    private static async Task MergingAsync(string file, Report report)
    {
        ProcessRun run = await ProcessRun.StartWorkerAsync("merge", file);
        Report.Heading("Merging the scans of all parts, milliseconds");
        Report.Table(
            ["parts", "1 thread", "2 threads", "4 threads"],
            ((int[])[8, 32]).Select(parts => (string[])[$"{parts}", .. ((int[])[1, 2, 4]).Select(threads => $"{run[$"parts{parts}.threads{threads}"] * 1000:0.0}")]));
        foreach (int parts in (int[])[8, 32])
            report.Ratio($"merge.{parts}-parts.4-threads-to-1", run[$"parts{parts}.threads4"], run[$"parts{parts}.threads1"], ThreadsBound);
        report.All("merge.same-bytes", 1, (int)run["different"]);
    }
}
