using System.Reflection;
using Microsoft.Extensions.Logging;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Health;

/// <summary>Says that the app is alive, and how many messages were given up: a poison queue sends no event of its own.</summary>
public sealed class HeartbeatTimer(IPipelineStorage storage, ILogger<HeartbeatTimer> logger)
{
    private static readonly string Version = typeof(HeartbeatTimer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (QueueLength queue in await storage.PoisonQueues.ReadAsync(cancellationToken))
        {
            logger.Log(
                queue.Messages > 0 ? LogLevel.Error : LogLevel.Information,
                HealthEvents.PoisonQueue,
                "{Messages} message(s) in {Queue}",
                queue.Messages,
                queue.Queue);
        }

        logger.LogInformation(HealthEvents.Heartbeat, "Version {Version} is alive", Version);
    }
}
