using MlServerless.Pipelines.Health;
using MlServerless.Worker;

namespace MlServerless.Functions.Timers;

/// <summary>The sign of life that an alert waits for.</summary>
public sealed class HeartbeatFunctions(HeartbeatTimer heartbeat)
{
    /// <summary>Logs the length of the poison queues and that the app is alive.</summary>
    [Function(nameof(Beat))]
    public Task Beat([TimerTrigger("45 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => heartbeat.RunAsync(cancellationToken);
}
