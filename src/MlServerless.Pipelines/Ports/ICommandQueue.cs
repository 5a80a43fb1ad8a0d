namespace MlServerless.Pipelines.Ports;

/// <summary>A queue of messages: <c>commands</c>, by which HTTP functions and timers start work, and <c>model-events</c>, which others read.</summary>
public interface ICommandQueue
{
    /// <param name="visibleAfter">How long the message stays hidden; null for not at all.</param>
    Task SendAsync(string message, TimeSpan? visibleAfter, CancellationToken cancellationToken);
}
