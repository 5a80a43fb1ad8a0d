using MlServerless.Benchmarks.Running;

namespace MlServerless.Benchmarks.Serve;

/// <summary>From the start of the process to the first prediction, against a bare server and FastAPI with scikit-learn.</summary>
internal sealed class ColdStartBenchmark : IBenchmark
{
    private const double BareBound = 2;
    private const double SklearnBound = 0.4;

    public string Name => "coldstart";

    public string Summary => "start of the published app to its first prediction (peers: bare ASP.NET Core, FastAPI with scikit-learn)";

    public async Task<bool> RunAsync(BenchmarkOptions options)
    {
        var report = new Report();
        string trainFile = await DataFiles.GetAsync("cls_100k.csv");
        string folder = Directory.CreateTempSubdirectory("mlserverless-coldstart").FullName;
        try
        {
            RequestBodies bodies = RequestBodies.Make(trainFile, folder);
            await using ServedApp app = await ServedApp.StartAsync(trainFile);
            var servers = new List<(ServerCommand Command, string Path, List<double> Milliseconds, List<double> Megabytes)>
            {
                (app.Command, ServedApp.Path, [], []),
                (await ServePeers.ConstantAsync(folder), "/predict", [], []),
            };
            if (options.Peer && await ServePeers.FastApiAsync("sklearn", "sklearn", "python3-sklearn", trainFile, folder) is { } sklearn)
                servers.Add((sklearn, "/predict", [], []));
            Report.Heading($"Start to first prediction, 100 trees in the storage emulator, self-contained and ReadyToRun, asked at the app's own port, so that the host's start and hop are not in any figure; minima of {options.Rounds * 2} starts, one after the other");
            for (int round = 0; round < options.Rounds * 2; round++)
            {
                foreach ((ServerCommand command, string path, List<double> milliseconds, List<double> megabytes) in servers)
                {
                    await using HttpServer server = await HttpServer.StartAsync(command, path, bodies.First);
                    milliseconds.Add(server.FirstAnswer.TotalMilliseconds);
                    megabytes.Add(server.Megabytes);
                }
            }

            Report.Table(["", "least ms", "median ms", "MB"], servers.Select(server => new[] { server.Command.Name, $"{server.Milliseconds.Min():0}", $"{server.Milliseconds.Order().ElementAt(server.Milliseconds.Count / 2):0}", $"{server.Megabytes.Min():0}" }));
            report.Ratio("coldstart.bare", servers[0].Milliseconds.Min(), servers[1].Milliseconds.Min(), BareBound);
            if (servers.Count > 2)
                report.Ratio("coldstart.sklearn", servers[0].Milliseconds.Min(), servers[2].Milliseconds.Min(), SklearnBound);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return report.AllKept;
    }
}
