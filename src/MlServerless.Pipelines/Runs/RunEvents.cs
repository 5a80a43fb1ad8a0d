using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Runs;

/// <summary>The events that runs are in the log, for queries on it.</summary>
internal static class RunEvents
{
    public static readonly EventId Claimed = new(3201, "RunClaimed");

    public static readonly EventId Ended = new(3202, "RunEnded");
}
