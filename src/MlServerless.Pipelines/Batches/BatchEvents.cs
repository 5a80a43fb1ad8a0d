using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Batches;

/// <summary>The events that batch jobs are in the log, for queries on it.</summary>
internal static class BatchEvents
{
    public static readonly EventId Ended = new(3501, "BatchEnded");
}
