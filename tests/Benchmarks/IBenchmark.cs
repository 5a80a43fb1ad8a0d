namespace MlServerless.Benchmarks;

/// <summary>One command of this program.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>In one line.</summary>
    string Summary { get; }

    /// <returns>Whether every bound is kept.</returns>
    Task<bool> RunAsync(BenchmarkOptions options);
}
