using System.Globalization;
using MlServerless.Benchmarks.Running;

namespace MlServerless.Benchmarks.Score;

/// <summary>Scores of a table and of single rows, 100 trees with 31 leaves; against XGBoost.</summary>
internal sealed class ScoreBenchmark : IBenchmark
{
    private const int Threads = 2;

    /// <summary>At least three times the rows per second of XGBoost.</summary>
    private const double BatchBound = 1 / 3.0;

    private const double RowBoundMicroseconds = 3;

    /// <summary>ONNX Runtime 1.17 in node for one row whose features are ready; it is not run here.</summary>
    private const double OnnxRowMicroseconds = 14.7;

    private const double ReadBoundMilliseconds = 50;

    private static readonly Dictionary<string, string> Modules = new() { ["xgboost"] = "python3-xgboost", ["pandas"] = "python3-pandas" };

    public string Name => "score";

    public string Summary => "scores of a table and of single rows, reading of a model (peer: XGBoost)";

    public async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var report = new Report();
        bool withPeer = options.Peer && Peers.AreInstalled("XGBoost", Modules);
        string trainFile = await DataFiles.GetAsync("cls_100k.csv");
        string file = options.Quick ? trainFile : await DataFiles.GetAsync("cls_1m.csv");
        string model = Path.Combine(DataFiles.Folder, $"score.{Environment.ProcessId}.json");
        string peerModel = Path.Combine(DataFiles.Folder, $"score.{Environment.ProcessId}.xgb.json");
        string threads = Threads.ToString(CultureInfo.InvariantCulture);
        try
        {
            Report.Heading($"{Path.GetFileName(file)}, models fitted on {Path.GetFileName(trainFile)}, {Threads} threads, minima of {options.Rounds} rounds; fresh processes, one after the other");
            await ProcessRun.StartWorkerAsync("score-fit", trainFile, model, threads);
            if (withPeer)
                await ProcessRun.StartAsync(Peers.Python, [Peers.Script("score_xgboost.py"), "fit", trainFile, peerModel], Peers.Environment);
            List<ProcessRun> ours = [];
            List<ProcessRun> peer = [];
            for (int round = 0; round < options.Rounds; round++)
            {
                ours.Add(await ProcessRun.StartWorkerAsync("score", file, model, threads));
                if (withPeer)
                    peer.Add(await ProcessRun.StartAsync(Peers.Python, [Peers.Script("score_xgboost.py"), "score", file, peerModel], Peers.Environment));
            }

            Print(ours, peer, report);
        }
        finally
        {
            foreach (string left in Directory.GetFiles(DataFiles.Folder, $"score.{Environment.ProcessId}.*"))
                File.Delete(left);
        }

        return report.AllKept;
    }

    private static void Print(List<ProcessRun> ours, List<ProcessRun> peer, Report report)
    {
        double rows = ours[0]["rows"];
        Report.Table(
            ["", "table s", "processor s", "rows/s", "one row µs"],
            [
                ["ours", $"{Least(ours, "score_s"):0.000}", $"{Least(ours, "score_cpu_s"):0.000}", $"{rows / Least(ours, "score_s"):0}", $"{Least(ours, "row_us"):0.00}"],
                .. peer.Count == 0 ? [] : (string[][])[["XGBoost", $"{Least(peer, "score_s"):0.000}", $"{Least(peer, "score_cpu_s"):0.000}", $"{rows / Least(peer, "score_s"):0}", ""]],
            ]);
        Console.WriteLine($"Reading 500 trees, {ours[0]["read_500_mb"]:0.0} MB: {Least(ours, "read_500_ms"):0.0} ms");
        if (peer.Count > 0)
        {
            report.Ratio("score.table-seconds", Least(ours, "score_s"), Least(peer, "score_s"), BatchBound);
            report.Ratio("score.table-processor-seconds", Least(ours, "score_cpu_s"), Least(peer, "score_cpu_s"), BatchBound);
        }

        report.Limit("score.one-row-microseconds", Least(ours, "row_us"), OnnxRowMicroseconds, RowBoundMicroseconds);
        report.Limit("score.read-500-trees-milliseconds", Least(ours, "read_500_ms"), ReadBoundMilliseconds, ReadBoundMilliseconds);
        report.All("score.same-scores", 1, ours.Select(run => run.Figures.GetProperty("scores").GetString()).Distinct().Count());
    }

    private static double Least(List<ProcessRun> runs, string figure) => runs.Min(run => run[figure]);
}
