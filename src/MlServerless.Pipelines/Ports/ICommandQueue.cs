namespace MlServerless.Pipelines.Ports;

/// <summary>The queue <c>commands</c>, by which HTTP functions and timers start work.</summary>
public interface ICommandQueue
{
    /// <param name="visibleAfter">How long the message stays hidden; null for not at all.</param>
    Task SendAsync(string message, TimeSpan? visibleAfter, CancellationToken cancellationToken);
}
