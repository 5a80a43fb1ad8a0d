namespace MlServerless.Pipelines.Ports;

/// <summary>The queues of messages that failed too often.</summary>
public interface IPoisonQueues
{
    /// <summary>How long each of them is; one that does not exist has no messages.</summary>
    Task<IReadOnlyList<QueueLength>> ReadAsync(CancellationToken cancellationToken);
}
