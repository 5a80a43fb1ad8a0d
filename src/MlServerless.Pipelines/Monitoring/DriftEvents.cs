using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>The events that drift reports are in the log, for queries on it.</summary>
internal static class DriftEvents
{
    public static readonly EventId Reported = new(3101, "DriftReported");
}
