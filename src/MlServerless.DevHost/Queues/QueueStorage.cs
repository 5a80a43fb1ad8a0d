using System.Collections.Concurrent;
using Azure.Storage.Queues;

namespace MlServerless.DevHost.Queues;

/// <summary>The storage queues of the app: one client per queue, and a signal when this host itself put something in.</summary>
internal sealed class QueueStorage
{
    private readonly AppDefinition _app;
    private readonly string _default;
    private readonly ConcurrentDictionary<(string Queue, string Connection), QueueClient> _clients = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _signals = new(StringComparer.Ordinal);

    /// <param name="defaultConnection">What <c>AzureWebJobsStorage</c> stands for.</param>
    public QueueStorage(AppDefinition app, string defaultConnection)
    {
        _app = app;
        _default = defaultConnection;
    }

    public QueueClient Client(QueueBindingSettings queue)
    {
        var connection = queue.Connection is null or "AzureWebJobsStorage" ? _default : _app.Settings.Connection(queue.Connection) ?? _default;
        // Encoding is ours to do: a message that cannot be decoded has to reach the poison queue as it is.
        return _clients.GetOrAdd((queue.QueueName, connection), key => new QueueClient(
            key.Connection, key.Queue, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }));
    }

    /// <summary>Puts messages in, in order, encoded as host.json says; makes the queue when it is missing.</summary>
    public async Task SendAsync(QueueBindingSettings queue, IEnumerable<byte[]> messages, CancellationToken cancellationToken)
    {
        var client = Client(queue);
        var exists = false;
        foreach (var message in messages)
        {
            if (!exists)
                await client.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            exists = true;
            var text = _app.Host.Queues.Base64 ? Convert.ToBase64String(message) : System.Text.Encoding.UTF8.GetString(message);
            await client.SendMessageAsync(text, cancellationToken);
        }

        if (exists)
            Notify(queue.QueueName);
    }

    /// <summary>Wakes the listener of a queue.</summary>
    public void Notify(string queueName)
    {
        var signal = Signal(queueName);
        if (signal.CurrentCount == 0)
            signal.Release();
    }

    public SemaphoreSlim Signal(string queueName) => _signals.GetOrAdd(queueName, _ => new SemaphoreSlim(0));
}
