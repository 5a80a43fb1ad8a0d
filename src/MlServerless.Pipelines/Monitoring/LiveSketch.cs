using System.Diagnostics;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>The sketch of one model version and window while this process adds to it. As many stripes as processors, so that requests seldom wait for each other.</summary>
internal sealed class LiveSketch
{
    private readonly ServedModel model;
    private readonly SketchStripe?[] stripes = new SketchStripe?[Math.Min(Environment.ProcessorCount, 8)];
    private readonly Lock gate = new();
    private readonly long[] latency = new long[TrafficCounts.Buckets];
    private readonly Dictionary<string, long> violations = new(StringComparer.Ordinal);
    private readonly TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
    private long refused;
    private long failed;
    private long changes;
    private long storedChanges = -1;
    private long sequence;
    private bool storedClosed;
    private long firstChangeAt;
    private long storedAt;

    /// <param name="number">Different for every sketch of the process.</param>
    public LiveSketch(ServedModel model, int number)
    {
        this.model = model;
        Number = number;
    }

    public int Number { get; }

    /// <param name="duration">Null where the request is counted by <see cref="AddRequest"/>.</param>
    public void Add(PredictionOutcome outcome, TimeSpan? duration, long now)
    {
        // Ours is the stripe that is free; only where all are taken there is something to wait for.
        int first = Thread.GetCurrentProcessorId() % stripes.Length;
        for (int i = 0; i < stripes.Length; i++)
        {
            SketchStripe stripe = Stripe((first + i) % stripes.Length);
            if (i < stripes.Length - 1 ? !stripe.Gate.TryEnter() : Enter(stripe))
                continue;
            try
            {
                stripe.Add(outcome);
            }
            finally
            {
                stripe.Gate.Exit();
            }

            break;
        }

        if (duration is { } took)
            Interlocked.Increment(ref latency[TrafficCounts.Bucket(took)]);
        Changed(now);
    }

    /// <summary>Counts an answered request whose rows were added before.</summary>
    public void AddRequest(TimeSpan duration, IReadOnlyDictionary<string, long> faults, long now)
    {
        Interlocked.Increment(ref latency[TrafficCounts.Bucket(duration)]);
        lock (gate)
        {
            foreach ((string column, long count) in faults)
                violations[column] = violations.GetValueOrDefault(column) + count;
        }

        Changed(now);
    }

    /// <summary>Counts a request that was not answered.</summary>
    public void AddProblem(ProblemException problem, long now)
    {
        if (problem.Status >= 500)
        {
            Interlocked.Increment(ref failed);
        }
        else
        {
            Interlocked.Increment(ref refused);
            lock (gate)
            {
                foreach ((string column, int count) in problem.Faults)
                    violations[column] = violations.GetValueOrDefault(column) + count;
            }
        }

        Changed(now);
    }

    /// <summary>
    /// Whether it is time to store it: at once when it is new, so that the process is known; a while after the first change in a quiet process, and less
    /// often under load.
    /// </summary>
    public bool IsDue(TimeProvider time, TimeSpan quiet, TimeSpan busy)
    {
        if (Interlocked.Read(ref changes) == Interlocked.Read(ref storedChanges))
            return false;
        long stored = Interlocked.Read(ref storedAt);
        long first = Interlocked.Read(ref firstChangeAt);
        if (stored == 0)
            return true;
        bool wasQuiet = time.GetElapsedTime(stored, first) >= quiet;
        return time.GetElapsedTime(first) >= (wasQuiet ? quiet : busy);
    }

    /// <summary>A copy to be stored, or null when the stored one says it all.</summary>
    /// <param name="close">Whether nothing more will be added.</param>
    public LiveSnapshot? Snapshot(string process, bool close, long now)
    {
        lock (gate)
        {
            long seen = Interlocked.Read(ref changes);
            if (seen == Interlocked.Read(ref storedChanges) && storedClosed == close)
                return null;
            Interlocked.Exchange(ref firstChangeAt, 0);
            var whole = new SketchStripe(model);
            long rows = 0;
            foreach (SketchStripe? stripe in stripes)
            {
                if (stripe is null)
                    continue;
                lock (stripe.Gate)
                {
                    whole.Features.Merge(stripe.Features);
                    whole.Predictions.Merge(stripe.Predictions);
                    whole.Associations.AddFrom(stripe.Associations);
                    rows += stripe.Rows;
                }
            }

            var traffic = new TrafficCounts(
                latency.Sum(),
                Interlocked.Read(ref refused),
                Interlocked.Read(ref failed),
                Trimmed(),
                new SortedDictionary<string, long>(violations, StringComparer.Ordinal),
                (long)(Environment.CpuUsage.TotalTime - cpuBefore).TotalMilliseconds,
                PeakMegabytes());
            return new LiveSnapshot(new PredictionSketch(process, ++sequence, close, rows, whole.Features, whole.Predictions, traffic, whole.Associations.Counts()), seen, now);
        }
    }

    /// <summary>Whether nothing has come since the last time it was stored.</summary>
    public bool IsStored => Interlocked.Read(ref changes) == Interlocked.Read(ref storedChanges);

    /// <summary>How long the first change that is not stored has waited.</summary>
    public TimeSpan Lag(TimeProvider time) => !IsStored && Interlocked.Read(ref firstChangeAt) is var first and not 0 ? time.GetElapsedTime(first) : TimeSpan.Zero;

    /// <summary>Called when a snapshot has reached the store.</summary>
    public void Stored(LiveSnapshot snapshot)
    {
        lock (gate)
        {
            Interlocked.Exchange(ref storedChanges, snapshot.Changes);
            Interlocked.Exchange(ref storedAt, snapshot.At);
            storedClosed = snapshot.Sketch.Closed;
        }
    }

    private void Changed(long now)
    {
        Interlocked.CompareExchange(ref firstChangeAt, now, 0);
        Interlocked.Increment(ref changes);
    }

    private SketchStripe Stripe(int index)
    {
        if (Volatile.Read(ref stripes[index]) is { } stripe)
            return stripe;
        var made = new SketchStripe(model);
        return Interlocked.CompareExchange(ref stripes[index], made, null) ?? made;
    }

    private static bool Enter(SketchStripe stripe)
    {
        stripe.Gate.Enter();
        return false;
    }

    private long[] Trimmed()
    {
        int length = Array.FindLastIndex(latency, count => count > 0) + 1;
        return latency[..length];
    }

    private static long PeakMegabytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
