using System.Globalization;
using MlServerless.Benchmarks.Running;
using MlServerless.Benchmarks.Serve;

namespace MlServerless.Benchmarks.Drift;

/// <summary>A drift report of a million captured rows against the training data, from sketches in the storage emulator; against scipy on the raw rows.</summary>
internal sealed class DriftBenchmark : IBenchmark
{
    private const double SpeedBound = 0.05;

    /// <summary>
    /// What counts in buckets may differ from what the raw rows say: the distribution functions are compared at the ends of buckets, and the tenths of the
    /// reference that PSI compares end at buckets, not at values.
    /// </summary>
    private const double KolmogorovSmirnovBound = 0.005;

    private const double PsiBound = 0.005;

    private static readonly int[] Processes = [1, 100];

    private static readonly Dictionary<string, string> ScipyModules = new() { ["scipy"] = "python3-scipy", ["pandas"] = "python3-pandas", ["numpy"] = "python3-numpy" };

    public string Name => "drift";

    public string Summary => "drift report of a million captured rows against training, cost of capture, merge of 100 processes (peer: scipy on the raw rows)";

    public async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var report = new Report();
        string training = await DataFiles.GetAsync("cls_1m.csv");
        string current = await DataFiles.GetAsync("drift_1m.csv");
        if (options.Quick)
            (training, current) = (DataFiles.Head(training, 100_000), DataFiles.Head(current, 100_000));
        bool withPeer = options.Peer && Peers.AreInstalled("scipy", ScipyModules);
        await using ServedApp app = await ServedApp.StartAsync(training, rounds: 10, [.. Processes.Select(Model)]);
        Report.Heading($"25 features, {(options.Quick ? "100,000" : "1,000,000")} captured rows against as many of training; capture and reports in the process, without HTTP and the host's hop; minima of {options.Rounds} rounds");
        List<ProcessRun> captures = [];
        foreach (int processes in Processes)
            captures.Add(await ProcessRun.StartWorkerAsync("drift-capture", app.ConnectionString, Model(processes), current, $"{processes}"));
        List<ProcessRun>[] ours = [[], []];
        List<ProcessRun> peer = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            for (int i = 0; i < Processes.Length; i++)
                ours[i].Add(await ProcessRun.StartWorkerAsync("drift-report", app.ConnectionString, Model(Processes[i])));
            if (withPeer)
                peer.Add(await ProcessRun.StartAsync(Peers.Python, [Peers.Script("drift_scipy.py"), training, current], Peers.Environment));
        }

        Report.Table(
            ["report", "first s", "least s", "merge s", "compare s", "sketches MB", "peak MB"],
            Processes.Select((processes, i) => new[]
            {
                $"{processes} process(es)", $"{Least(ours[i], "first_s"):0.000}", $"{Least(ours[i], "report_s"):0.000}", $"{Least(ours[i], "merge_s"):0.000}", $"{Least(ours[i], "compare_s"):0.000}",
                $"{Least(ours[i], "sketch_mb"):0.00}", $"{ours[i].Min(run => run.PeakMegabytes):0}",
            }));
        if (withPeer)
            Report.Table(["peer", "total s", "peak MB"], [["scipy, raw rows in memory", $"{Least(peer, "total_s"):0.000}", $"{peer.Min(run => run.PeakMegabytes):0}"]]);
        Console.WriteLine($"  capture: {Least(captures, "capture_ns"):0} ns a row of 25 features (scoring it, 10 trees: {Least(captures, "score_ns"):0} ns), {captures[0]["sketch_mb"]:0.00} MB stored by one process");
        Console.WriteLine($"  merge of 100 processes' sketches from the storage emulator: {Least(ours[1], "merge_s") * 1000:0} ms");
        if (withPeer)
            report.Ratio("drift.report-seconds", Least(ours[0], "report_s"), Least(peer, "total_s"), SpeedBound);

        if (!options.Quick)
            CompareFigures(ours[0][0], report);
        int features = 25;
        report.All("drift.figures-of-1-and-100-processes", Enumerable.Range(0, features).Count(i => ours[0][0][$"psi.{i}"] == ours[1][0][$"psi.{i}"]), features);
        return report.AllKept;
    }

    private static string Model(int processes) => $"bench-{processes}";

    private static void CompareFigures(ProcessRun ours, Report report)
    {
        string[][] rows = [.. File.ReadAllLines(Peers.Script("drift_reference.csv")).Skip(1).Select(line => line.Split(','))];
        Report.Heading($"Figures against scipy's on the raw rows: KS within {KolmogorovSmirnovBound}, PSI within {PsiBound}");
        (int Right, int All, double Worst) ks = default;
        (int Right, int All, double Worst) psi = default;
        for (int i = 0; i < rows.Length; i++)
        {
            Check(ref psi, ours[$"psi.{i}"], rows[i][3], PsiBound, $"{rows[i][0]} PSI");
            if (rows[i][1].Length > 0)
                Check(ref ks, ours[$"ks.{i}"], rows[i][1], KolmogorovSmirnovBound, $"{rows[i][0]} KS");
        }

        Console.WriteLine($"  largest difference: KS {ks.Worst:0.#####}, PSI {psi.Worst:0.#####}");
        report.All("drift.kolmogorov-smirnov", ks.Right, ks.All);
        report.All("drift.psi", psi.Right, psi.All);
    }

    private static void Check(ref (int Right, int All, double Worst) count, double ours, string text, double bound, string what)
    {
        double expected = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        double off = Math.Abs(ours - expected);
        bool right = off <= bound;
        count = (count.Right + (right ? 1 : 0), count.All + 1, Math.Max(count.Worst, off));
        if (!right)
            Console.WriteLine($"  {what} {ours:0.#####}, expected {expected:0.#####}");
    }

    private static double Least(IEnumerable<ProcessRun> runs, string figure) => runs.Min(run => run[figure]);
}
