using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Registry.Canaries;

/// <summary>The events that canaries are in the log, for queries on it.</summary>
internal static class CanaryEvents
{
    public static readonly EventId RolledBack = new(3301, "CanaryRolledBack");
    public static readonly EventId Promoted = new(3302, "CanaryPromoted");
}
