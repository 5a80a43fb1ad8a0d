using MlServerless.Benchmarks.Drift;
using MlServerless.Benchmarks.Ingest;
using MlServerless.Benchmarks.Score;
using MlServerless.Benchmarks.Train;

namespace MlServerless.Benchmarks;

/// <summary>The measured work of a process that a benchmark has started.</summary>
internal static class Worker
{
    internal static async Task<int> RunAsync(string[] work)
    {
        switch (work)
        {
            case ["ingest", string file, string threads]:
                await IngestWorker.RunAsync(file, int.Parse(threads));
                return 0;
            case ["merge", string file]:
                await MergeWorker.RunAsync(file);
                return 0;
            case ["train", string trainer, string task, string trainFile, string testFile, string threads]:
                await TrainWorker.RunAsync(trainer, task, trainFile, testFile, int.Parse(threads));
                return 0;
            case ["score-fit", string trainFile, string model, string threads]:
                await ScoreWorker.FitAsync(trainFile, model, int.Parse(threads));
                return 0;
            case ["score", string file, string model, string threads]:
                await ScoreWorker.ScoreAsync(file, model, int.Parse(threads));
                return 0;
            case ["drift-capture", string connection, string model, string file, string processes]:
                await DriftWorker.CaptureAsync(connection, model, file, int.Parse(processes));
                return 0;
            case ["drift-report", string connection, string model]:
                await DriftWorker.ReportAsync(connection, model);
                return 0;
            default:
                throw new BenchmarkException("Workers are started by the benchmarks.");
        }
    }
}
