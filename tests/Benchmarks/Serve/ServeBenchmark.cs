using MlServerless.Benchmarks.Running;

namespace MlServerless.Benchmarks.Serve;

/// <summary>Requests of one row and of a thousand rows, against a server that answers a constant and against FastAPI with XGBoost.</summary>
internal sealed class ServeBenchmark : IBenchmark
{
    private const double ConstantBound = 1.3;
    private const double BatchBound = 1 / 3.0;
    private const double MemoryBoundMegabytes = 150;

    public string Name => "serve";

    public string Summary => "requests of one row and of 1000 rows, memory (peers: ASP.NET Core constant, FastAPI with XGBoost)";

    public async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var report = new Report();
        if (!Load.IsInstalled())
            return false;
        string trainFile = await DataFiles.GetAsync("cls_100k.csv");
        string folder = Directory.CreateTempSubdirectory("mlserverless-serve").FullName;
        try
        {
            RequestBodies bodies = RequestBodies.Make(trainFile, folder);
            await using ServedApp app = await ServedApp.StartAsync(trainFile);
            var constant = new Runs(await ServePeers.ConstantAsync(folder), "/predict", bodies.Single, "/predict_batch", bodies.PeersBatch);
            var ours = new Runs(app.Command, ServedApp.Path, bodies.Single, ServedApp.Path, bodies.OursBatch);
            Runs? xgboost = options.Peer && await ServePeers.FastApiAsync("xgboost", "xgboost", "python3-xgboost", trainFile, folder) is { } command
                ? new Runs(command, "/predict", bodies.Single, "/predict_batch", bodies.PeersBatch)
                : null;
            Runs[] all = [constant, ours, .. xgboost is null ? [] : (Runs[])[xgboost]];
            Report.Heading($"100 trees of 31 leaves, 25 features, capture on; wrk, 2 threads, loopback, at the app's own port, so that the host's hop and memory are not in any figure; minima of {options.Rounds} rounds, one after the other");
            for (int round = 0; round < options.Rounds; round++)
            {
                foreach (Runs runs in all)
                    await runs.RunAsync(bodies.First, options.Quick ? 3 : 8);
            }

            Report.Table(
                ["", "one row, req/s", "CPU µs/req", "median ms", "1000 rows, rows/s", "CPU µs/row", "MB"],
                all.Select(runs => new[] { runs.Command.Name, $"{runs.Single.Max(load => load.RequestsPerSecond):0}", $"{runs.SingleProcessor:0.0}", $"{runs.Single.Min(load => load.MedianMilliseconds):0.00}", $"{runs.BatchRows:0}", $"{runs.Batch.Min(load => load.ProcessorMicroseconds) / 1000:0.00}", $"{runs.Megabytes.Min():0}" }));
            report.Ratio("serve.one-row-cpu", ours.SingleProcessor, constant.SingleProcessor, ConstantBound);
            if (xgboost is not null)
            {
                report.Ratio("serve.batch-seconds-per-row", 1 / ours.BatchRows, 1 / xgboost.BatchRows, BatchBound);
                report.Ratio("serve.one-row-cpu-xgboost", ours.SingleProcessor, xgboost.SingleProcessor, 1);
            }

            report.Limit("serve.memory-megabytes", ours.LoadedMegabytes.Min(), MemoryBoundMegabytes, MemoryBoundMegabytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return report.AllKept;
    }

    private sealed class Runs(ServerCommand command, string path, string bodies, string batchPath, string batches)
    {
        public ServerCommand Command => command;

        private const int WarmSeconds = 3;
        private const int LeastWarmStretches = 2;
        private const int MostWarmStretches = 12;

        public List<Load> Single { get; } = [];

        public List<Load> Batch { get; } = [];

        public List<double> LoadedMegabytes { get; } = [];

        public List<double> Megabytes { get; } = [];

        public double SingleProcessor => Single.Min(load => load.ProcessorMicroseconds);

        public double BatchRows => Batch.Max(load => load.RequestsPerSecond) * 1000;

        public async Task RunAsync(byte[] first, int seconds)
        {
            await using HttpServer server = await HttpServer.StartAsync(command, path, first);
            LoadedMegabytes.Add(server.Megabytes);
            await WarmAsync(server, path, bodies, 16);
            Single.Add(await Load.RunAsync(server, path, bodies, 16, seconds));
            await WarmAsync(server, batchPath, batches, 4);
            Batch.Add(await Load.RunAsync(server, batchPath, batches, 4, seconds));
            Megabytes.Add(server.Megabytes);
        }

        /// <summary>Loads it until its code is compiled in full: until a request costs no less than in the stretch before.</summary>
        private static async Task WarmAsync(HttpServer server, string path, string bodies, int connections)
        {
            double before = double.PositiveInfinity;
            for (int i = 0; i < MostWarmStretches; i++)
            {
                double cost = (await Load.RunAsync(server, path, bodies, connections, WarmSeconds)).ProcessorMicroseconds;
                if (i >= LeastWarmStretches && cost > 0.95 * before)
                    return;
                before = Math.Min(before, cost);
            }
        }
    }
}
