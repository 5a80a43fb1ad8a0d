using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Health;

/// <summary>What the app says of itself in the log, for queries on it.</summary>
internal static class HealthEvents
{
    public static readonly EventId PoisonQueue = new(3601, "PoisonQueue");

    public static readonly EventId Heartbeat = new(3602, "Heartbeat");
}
