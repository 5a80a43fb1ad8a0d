namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>How much a process was asked about one model version in one window, and how it fared. Adds up over processes.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="Refused">Requests that were refused because of what was in them.</param>
/// <param name="Failed">Requests that could not be answered.</param>
/// <param name="Latency">Answered requests by duration; bucket i ends at 2^(i/2) × 16 microseconds.</param>
/// <param name="Violations">Values that did not fit the signature, by column; "" for rows that are no rows.</param>
/// <param name="CpuMilliseconds">Of the whole process, while the window was open to it.</param>
/// <param name="PeakMegabytes">Resident memory of the whole process at the most.</param>
public sealed record TrafficCounts(
    long Requests, long Refused, long Failed, IReadOnlyList<long> Latency, IReadOnlyDictionary<string, long> Violations, long CpuMilliseconds, long PeakMegabytes)
{
    public const int Buckets = 48;

    public static readonly TrafficCounts None = new(0, 0, 0, [], new SortedDictionary<string, long>(StringComparer.Ordinal), 0, 0);

    /// <summary>The bucket of a duration.</summary>
    public static int Bucket(TimeSpan duration)
    {
        double steps = 2 * Math.Log2(Math.Max(duration.TotalMicroseconds, 16) / 16);
        return Math.Clamp((int)Math.Ceiling(steps), 0, Buckets - 1);
    }

    /// <summary>Where a bucket ends.</summary>
    public static double Seconds(int bucket) => 16e-6 * Math.Pow(2, bucket / 2.0);

    /// <summary>The end of the bucket that holds the quantile, in seconds; null where nothing was answered.</summary>
    public double? LatencyQuantile(double probability)
    {
        long total = Latency.Sum();
        long rank = (long)Math.Ceiling(probability * total);
        for (int i = 0; i < Latency.Count; i++)
        {
            rank -= Latency[i];
            if (rank <= 0 && total > 0)
                return Seconds(i);
        }

        return null;
    }

    public TrafficCounts Plus(TrafficCounts other)
    {
        long[] latency = new long[Math.Max(Latency.Count, other.Latency.Count)];
        for (int i = 0; i < latency.Length; i++)
            latency[i] = (i < Latency.Count ? Latency[i] : 0) + (i < other.Latency.Count ? other.Latency[i] : 0);
        var violations = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach ((string column, long count) in Violations.Concat(other.Violations))
            violations[column] = violations.GetValueOrDefault(column) + count;
        return new TrafficCounts(
            Requests + other.Requests, Refused + other.Refused, Failed + other.Failed, latency, violations, CpuMilliseconds + other.CpuMilliseconds, Math.Max(PeakMegabytes, other.PeakMegabytes));
    }
}
