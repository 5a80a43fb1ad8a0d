namespace MlServerless.Benchmarks;

/// <summary>The benchmark cannot go on; the message says what to do.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
