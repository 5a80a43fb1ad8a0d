using MlServerless.Benchmarks;
using MlServerless.Benchmarks.Drift;
using MlServerless.Benchmarks.Ingest;
using MlServerless.Benchmarks.Running;
using MlServerless.Benchmarks.Score;
using MlServerless.Benchmarks.Serve;
using MlServerless.Benchmarks.Train;

IBenchmark[] benchmarks = [new IngestBenchmark(), new TrainBenchmark(), new ScoreBenchmark(), new ServeBenchmark(), new ColdStartBenchmark(), new DriftBenchmark()];
try
{
    // A process of its own for every measurement: started by the benchmark, it prints one RESULT line.
    if (args is ["worker", .. string[] work])
        return await Worker.RunAsync(work);
    if (BenchmarkOptions.Parse(args, out string? name) is { } options && benchmarks.FirstOrDefault(benchmark => benchmark.Name == name) is { } chosen)
        return await chosen.RunAsync(options) ? 0 : 1;
    Console.WriteLine(BenchmarkOptions.Usage(benchmarks));
    return args is [] or ["--help" or "-h"] ? 0 : 2;
}
catch (BenchmarkException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
