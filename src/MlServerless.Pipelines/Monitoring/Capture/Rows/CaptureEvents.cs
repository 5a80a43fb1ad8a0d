using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring.Capture.Rows;

/// <summary>Who lets rows of calls be kept, and who ends it, for queries on the log.</summary>
internal static class CaptureEvents
{
    public static readonly EventId Started = new(3701, "CaptureStarted");

    public static readonly EventId Ended = new(3702, "CaptureEnded");
}
