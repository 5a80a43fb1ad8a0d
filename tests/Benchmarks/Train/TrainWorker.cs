using System.Diagnostics;
using System.Globalization;
using MlServerless.Benchmarks.Ingest;
using MlServerless.Benchmarks.Running;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Benchmarks.Train;

/// <summary>From a CSV file to a model in a fresh process, then scores on test rows that were not read before.</summary>
internal static class TrainWorker
{
    internal static async Task RunAsync(string trainer, string task, string trainFile, string testFile, int threads)
    {
        long began = Stopwatch.GetTimestamp();
        (DataSchema schema, Table table) = await BenchmarkTables.ReadAsync(trainFile, threads);
        double loaded = Stopwatch.GetElapsedTime(began).TotalSeconds;
        TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
        ModelArtifact model = await ModelTrainer.TrainAsync(BenchmarkTables.Request(schema, table, trainer, task, threads));
        double fitted = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double processor = (Environment.CpuUsage.TotalTime - processorBefore).TotalSeconds;
        double sinceStart = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0
            - double.Parse(Environment.GetEnvironmentVariable("BENCH_BEGAN")!, CultureInfo.InvariantCulture);
        double peak = ProcessRun.PeakMegabytesOf(Environment.ProcessId);

        Table test = BenchmarkTables.Read(testFile, schema);
        Scorer scorer = Scorer.Compile(model);
        double[] scores = scorer.Score(test, threads);
        var figures = new Dictionary<string, object>
        {
            ["load_s"] = loaded,
            ["fit_s"] = fitted - loaded,
            ["fit_cpu_s"] = processor,
            ["csv_to_model_s"] = sinceStart,
            ["peak_mb"] = peak,
            ["model"] = model.Hash.Hex,
        };
        foreach ((string metric, double value) in Evaluation.Metrics(model.Task, Evaluation.Targets(test, model), scores, scorer.OutputCount))
            figures[metric] = value;
        ProcessRun.Print(figures);
    }
}
