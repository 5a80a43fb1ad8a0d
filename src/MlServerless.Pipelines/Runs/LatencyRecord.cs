namespace MlServerless.Pipelines.Runs;

/// <summary>How long requests of one row took from JSON to scores, without the network.</summary>
/// <param name="Requests">How many were measured.</param>
/// <param name="MedianMicroseconds">Half of them took at most this.</param>
/// <param name="P95Microseconds">95 % of them took at most this.</param>
public sealed record LatencyRecord(int Requests, double MedianMicroseconds, double P95Microseconds);
