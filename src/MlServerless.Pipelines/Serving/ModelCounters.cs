using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Serving;

/// <summary>Counts of one model version in one process.</summary>
public sealed class ModelCounters
{
    private readonly long[] latency = new long[TrafficCounts.Buckets];
    private long predictions;
    private long requests;
    private long refused;
    private long failed;
    private long ticks;

    public long Predictions => Interlocked.Read(ref predictions);

    /// <summary>Answered ones.</summary>
    public long Requests => Interlocked.Read(ref requests);

    public long Refused => Interlocked.Read(ref refused);

    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Durations of answered requests together.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks(Interlocked.Read(ref ticks));

    /// <summary>Answered requests by the buckets of <see cref="TrafficCounts"/>.</summary>
    public IReadOnlyList<long> Latency => latency;

    internal void Answered(int rows, int bucket, long duration)
    {
        Interlocked.Add(ref predictions, rows);
        Interlocked.Increment(ref requests);
        Interlocked.Add(ref ticks, duration);
        Interlocked.Increment(ref latency[bucket]);
    }

    internal void Unanswered(int status) => Interlocked.Increment(ref status >= 500 ? ref failed : ref refused);
}
