using System.Text.Json;

namespace MlServerless.Worker;

/// <summary>Options of the worker, set with <c>builder.Services.Configure&lt;FunctionsOptions&gt;(…)</c>.</summary>
public sealed class FunctionsOptions
{
    /// <summary>
    /// How inputs and outputs of functions are read and written as JSON (web defaults: camel case, numbers may be strings).
    /// A source-generated <see cref="JsonSerializerOptions.TypeInfoResolver"/> shortens the cold start; types that it does
    /// not know are read by reflection.
    /// </summary>
    public JsonSerializerOptions JsonSerializerOptions { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// After this time an activity's <see cref="CancellationToken"/> fires and the call becomes a retriable failure of type
    /// <c>Deadline</c>. Must be well below <c>functionTimeout</c>, at which the host kills the whole process. Null means 5/6 of the
    /// <c>functionTimeout</c> in host.json (30 minutes where it is not set, no deadline where it is -1); <see cref="Timeout.InfiniteTimeSpan"/> means no deadline.
    /// </summary>
    public TimeSpan? ActivityDeadline { get; set; }

    /// <summary>
    /// Tells the trace (W3C traceparent) of the work that a call belongs to, from what triggered it: an activity's input, a queue message, or the instance id
    /// (a string) of an orchestration. Null, or a function that returns null: the call begins a trace of its own. The host sends no trace along.
    /// </summary>
    public Func<object, string?>? TraceParentOf { get; set; }

    /// <summary>How often the counts of HTTP calls are logged, as the event HttpTraffic, while there are calls.</summary>
    public TimeSpan TrafficInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What is wrong with the app's settings, a line each. With any, the app logs them all and does not start.</summary>
    public IReadOnlyList<string> StartupFaults { get; set; } = [];

    /// <summary>
    /// How long an activity may take to end after its token fired, before the call is answered without it. Its code keeps
    /// running then, so an activity that ignores its token is worth mending.
    /// </summary>
    public TimeSpan ActivityGracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest accepted body of an orchestrator call, which carries the whole history in one request.</summary>
    public long MaxOrchestrationBodyBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>A durable timer longer than this is a chain of timers of at most this length.</summary>
    public TimeSpan MaximumTimerInterval { get; set; } = TimeSpan.FromDays(3);
}
