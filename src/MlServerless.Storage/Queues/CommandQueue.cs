using System.Text;
using Azure.Storage.Queues;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Queues;

/// <summary>Sends commands, in base64 as the functions read them.</summary>
/// <param name="timeToLive">After which a message is gone; null for never.</param>
internal sealed class CommandQueue(Lazy<QueueClient> queue, TimeSpan? timeToLive = null) : ICommandQueue
{
    /// <summary>64 KiB after base64.</summary>
    private const int MaximumBytes = 48 * 1024;

    // A command waits as long as it must: an app that is switched off for a fortnight still finds it.
    private static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);

    public async Task SendAsync(string message, TimeSpan? visibleAfter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Encoding.UTF8.GetByteCount(message) is > MaximumBytes and int bytes)
        {
            throw new ArgumentException($"The message has {bytes} bytes; a queue takes at most {MaximumBytes}. Store the data as content and send its hash.", nameof(message));
        }

        await queue.Value.SendMessageAsync(message, visibleAfter, timeToLive ?? NeverExpires, cancellationToken).ConfigureAwait(false);
    }
}
