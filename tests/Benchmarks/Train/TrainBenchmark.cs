using System.Globalization;
using MlServerless.Benchmarks.Running;

namespace MlServerless.Benchmarks.Train;

/// <summary>Fits, and the way from CSV to a model; against scikit-learn. Quality on public tables against recorded scores.</summary>
internal sealed class TrainBenchmark : IBenchmark
{
    private const double FitBound = 0.5;
    private const double ProcessBound = 0.4;
    private const double MemoryBound = 0.5;
    private const int Threads = 2;

    private static readonly Work[] Works =
    [
        new("gbdt.cls", "gbdt", "hgb", "cls", [("auc", true, 0.8590), ("logLoss", false, 0.4405)], WholeProcess: true),
        new("gbdt.reg", "gbdt", "hgb", "reg", [("rmse", false, 1.209)], WholeProcess: false),
        new("logistic.cls", "linear", "linear", "cls", [("auc", true, 0.764)], WholeProcess: false),
    ];

    private static readonly Dictionary<string, string> Modules = new()
    {
        ["sklearn"] = "python3-sklearn",
        ["pandas"] = "python3-pandas",
        ["numpy"] = "python3-numpy",
    };

    public string Name => "train";

    public string Summary => "fits, CSV to model, quality on public tables (peer: scikit-learn)";

    public async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var report = new Report();
        bool withPeer = options.Peer && Peers.AreInstalled("scikit-learn", Modules);
        foreach (Work work in Works)
            await CompareAsync(work, options, withPeer, report);
        await RealTables.CompareAsync(report);
        return report.AllKept;
    }

    private static async Task CompareAsync(Work work, BenchmarkOptions options, bool withPeer, Report report)
    {
        string train = await DataFiles.GetAsync($"{work.Task}_1m.csv");
        if (options.Quick)
            train = DataFiles.Head(train, 100_000);
        string test = await DataFiles.GetAsync($"{work.Task}_test200k.csv");
        Report.Heading($"{work.Name}: {Path.GetFileName(train)}, {Threads} threads, minima of {options.Rounds} rounds; fresh processes, one after the other");
        List<ProcessRun> ours = [];
        List<ProcessRun> peer = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            ours.Add(await ProcessRun.StartWorkerAsync("train", work.Trainer, work.Task, train, test, Threads.ToString(CultureInfo.InvariantCulture)));
            if (withPeer)
                peer.Add(await ProcessRun.StartAsync(Peers.Python, [Peers.Script("train_sklearn.py"), work.Peer, work.Task, train, test], Peers.Environment));
        }

        PrintRuns(work, ("ours", ours), ("scikit-learn", peer));
        if (withPeer)
        {
            report.Ratio($"{work.Name}.fit-seconds", Least(ours, "fit_s"), Least(peer, "fit_s"), FitBound);
            if (work.WholeProcess)
            {
                report.Ratio($"{work.Name}.csv-to-model-seconds", Least(ours, "csv_to_model_s"), Least(peer, "csv_to_model_s"), ProcessBound);
                report.Ratio($"{work.Name}.csv-to-model-peak-megabytes", Least(ours, "peak_mb"), Least(peer, "peak_mb"), MemoryBound);
            }
        }

        // The bounds were set for a million rows.
        if (!options.Quick)
        {
            foreach ((string metric, bool moreIsBetter, double bound) in work.Quality)
            {
                double peers = withPeer ? peer[0][metric] : bound;
                if (moreIsBetter)
                    report.AtLeast($"{work.Name}.{metric}", ours[0][metric], peers, bound);
                else
                    report.Limit($"{work.Name}.{metric}", ours[0][metric], peers, bound);
            }
        }

        report.All($"{work.Name}.same-model", 1, ours.Select(run => run.Figures.GetProperty("model").GetString()).Distinct().Count());
    }

    private static double Least(List<ProcessRun> runs, string figure) => runs.Min(run => run[figure]);

    private static void PrintRuns(Work work, params (string Name, List<ProcessRun> Runs)[] programs) => Report.Table(
        ["", "load s", "fit s", "fit processor s", "CSV to model s", "peak MB", .. work.Quality.Select(quality => quality.Metric)],
        programs.Where(program => program.Runs.Count > 0).Select(program => (string[])
        [
            program.Name,
            $"{Least(program.Runs, "load_s"):0.00}",
            $"{Least(program.Runs, "fit_s"):0.00}",
            $"{Least(program.Runs, "fit_cpu_s"):0.00}",
            $"{Least(program.Runs, "csv_to_model_s"):0.00}",
            $"{Least(program.Runs, "peak_mb"):0}",
            .. work.Quality.Select(quality => $"{program.Runs[0][quality.Metric]:0.00000}"),
        ]));

    /// <param name="Name">In the report's lines.</param>
    /// <param name="Trainer">Ours.</param>
    /// <param name="Peer">The peer's, as its script names it.</param>
    /// <param name="Task">Prefix of the files.</param>
    /// <param name="Quality">Metrics on the test rows with what they must reach at a million rows.</param>
    /// <param name="WholeProcess">Whether the way from CSV to model is compared, too.</param>
    private sealed record Work(
        string Name, string Trainer, string Peer, string Task, (string Metric, bool MoreIsBetter, double Bound)[] Quality, bool WholeProcess);
}
