namespace MlServerless.DevHost.Configuration;

/// <summary>The <c>extensions.durableTask</c> section of host.json.</summary>
internal sealed record DurableSettings
{
    public string HubName { get; init; } = "DevHostHub";

    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;
}
