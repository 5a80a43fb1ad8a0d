using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Alerts;

/// <summary>The events that alerts are in the log, for queries on it.</summary>
internal static class AlertEvents
{
    public static readonly EventId Opened = new(3001, "AlertOpened");

    public static readonly EventId Resolved = new(3002, "AlertResolved");
}
