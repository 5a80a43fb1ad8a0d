using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MlServerless.Worker;

/// <summary>
/// What the worker tells of every call: a span in <see cref="Source"/> and two instruments in <see cref="Meter"/>. Both cost next to nothing while
/// nobody listens.
/// </summary>
public static class WorkerTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "MlServerless.Worker";

    /// <summary>A span for every call of a function, named like the function.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary><c>functions.calls</c> and <c>functions.duration</c> (seconds), by <c>function</c>, <c>kind</c> and <c>outcome</c>.</summary>
    public static Meter Meter { get; } = new(Name);

    internal static Counter<long> Calls { get; } = Meter.CreateCounter<long>("functions.calls", "{call}", "Calls of functions.");

    internal static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>("functions.duration", "s", "How long calls of functions took.");

    /// <summary>Without a listener there are no spans, and without spans no trace ids in the log.</summary>
    internal static ActivityListener ListenForLogs()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
