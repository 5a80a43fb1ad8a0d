using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Queues;

/// <summary>Asks the queues that the Functions host makes beside its own when a message fails too often.</summary>
internal sealed class PoisonQueues(Func<string, QueueClient> queue, IEnumerable<string> names) : IPoisonQueues
{
    private const string Suffix = "-poison";

    public async Task<IReadOnlyList<QueueLength>> ReadAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(names.Select(name => ReadAsync(name + Suffix, cancellationToken))).ConfigureAwait(false);

    private async Task<QueueLength> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            QueueProperties properties = await queue(name).GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
            return new QueueLength(name, properties.ApproximateMessagesCount);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return new QueueLength(name, 0);
        }
    }
}
