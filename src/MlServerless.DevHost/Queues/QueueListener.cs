using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MlServerless.DevHost.Invocation;

namespace MlServerless.DevHost.Queues;

/// <summary>
/// Feeds one queue to its function: batches, a visibility timeout that is renewed while the function runs, and the poison queue
/// after too many failures.
/// </summary>
internal sealed class QueueListener
{
    /// <summary>Shorter than the host's ten minutes: a host that was killed gets its message back soon.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(500);

    private readonly FunctionDefinition _function;
    private readonly QueueSettings _settings;
    private readonly QueueStorage _storage;
    private readonly FunctionInvoker _invoker;
    private readonly OutputBinder _outputs;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly QueueClient _queue;
    private readonly SemaphoreSlim _signal;
    private readonly List<Task> _inWork = [];

    public QueueListener(
        FunctionDefinition function, QueueSettings settings, QueueStorage storage, FunctionInvoker invoker, OutputBinder outputs,
        TimeProvider time, ILogger log)
    {
        _function = function;
        _settings = settings;
        _storage = storage;
        _invoker = invoker;
        _outputs = outputs;
        _time = time;
        _log = log;
        _queue = storage.Client(function.Queue!);
        _signal = storage.Signal(function.Queue!.QueueName);
    }

    private string PoisonQueue => _queue.Name + "-poison";

    public async Task RunAsync(CancellationToken stop)
    {
        var poll = ShortestPoll;
        var longest = _settings.MaxPollingInterval < LongestPoll ? _settings.MaxPollingInterval : LongestPoll;
        var exists = false;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    if (!exists)
                        await _queue.CreateIfNotExistsAsync(cancellationToken: stop);
                    exists = true;
                    if (await FetchAsync(stop))
                    {
                        poll = ShortestPoll;
                        continue;
                    }
                }
                catch (Exception e) when (e is RequestFailedException or AggregateException && !stop.IsCancellationRequested)
                {
                    _log.LogWarning("The queue {Queue} cannot be read: {Error}", _queue.Name, e.GetBaseException().Message);
                    exists = false;
                }

                await _signal.WaitAsync(poll, stop);
                poll = poll * 2 < longest ? poll * 2 : longest;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }

        await Task.WhenAll(_inWork);
    }

    /// <summary>Runs the function with a text that did not come through the queue.</summary>
    public async Task RunByHandAsync(string text, CancellationToken stop)
    {
        var now = _time.GetUtcNow();
        var message = QueuesModelFactory.QueueMessage(Guid.NewGuid().ToString(), "", text, 0, now, now, now.AddDays(7));
        var result = await _invoker.InvokeAsync(_function, Payload(_function, message, text, now), stop);
        await _outputs.BindAsync(_function, result, stop);
    }

    /// <summary>The invocation in the host's shape.</summary>
    internal static InvocationPayload Payload(FunctionDefinition function, QueueMessage message, string text, DateTimeOffset now) =>
        new InvocationPayload()
            .Data(function.Trigger.Name, InvocationPayload.Encoded(text))
            .Metadata("DequeueCount", NewtonsoftJson.Quote(message.DequeueCount.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            .Metadata("ExpirationTime", InvocationPayload.Time(message.ExpiresOn ?? DateTimeOffset.MaxValue))
            .Metadata("Id", InvocationPayload.Encoded(message.MessageId))
            .Metadata("InsertionTime", InvocationPayload.Time(message.InsertedOn ?? now))
            .Metadata("NextVisibleTime", InvocationPayload.Time(message.NextVisibleOn ?? DateTimeOffset.MaxValue))
            .Metadata("PopReceipt", InvocationPayload.Encoded(message.PopReceipt))
            .System(function.Name, now)
            .TopLevelOf(text);

    /// <returns>True when there may be more at once.</returns>
    private async Task<bool> FetchAsync(CancellationToken stop)
    {
        _inWork.RemoveAll(task => task.IsCompletedSuccessfully);
        if (_inWork.Count > _settings.NewBatchThreshold)
        {
            await Task.WhenAny(_inWork).WaitAsync(stop);
            return true;
        }

        QueueMessage[] messages = await _queue.ReceiveMessagesAsync(_settings.BatchSize, Lease, stop);
        foreach (var message in messages)
            _inWork.Add(ProcessAsync(message, stop));
        return messages.Length == _settings.BatchSize;
    }

    private async Task ProcessAsync(QueueMessage message, CancellationToken stop)
    {
        try
        {
            if (message.DequeueCount > _settings.MaxDequeueCount)
                await PoisonAsync(message, message.PopReceipt, stop);
            else if (Decode(message) is not { } text)
                await PoisonAsync(message, message.PopReceipt, stop);
            else
                await InvokeAsync(message, text, stop);
        }
        catch (OperationCanceledException)
        {
            // The host stops; the message becomes visible again by itself.
        }
        catch (RequestFailedException e)
        {
            _log.LogWarning("The message {Id} of {Queue} could not be settled ({Error}); it will be delivered again.", message.MessageId, _queue.Name, e.ErrorCode);
        }
    }

    private async Task InvokeAsync(QueueMessage message, string text, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var lease = RenewAsync(message, ended.Token);
        var failed = false;
        try
        {
            var result = await _invoker.InvokeAsync(_function, Payload(_function, message, text, _time.GetUtcNow()), stop);
            await _outputs.BindAsync(_function, result, stop);
        }
        catch (Exception e) when (e is InvocationException or HandlerUnavailableException && !stop.IsCancellationRequested)
        {
            failed = true;
            _log.LogError("{Function} failed on message {Id}, attempt {Count} of {Max}: {Error}",
                _function.Name, message.MessageId, message.DequeueCount, _settings.MaxDequeueCount, e.InnerException?.Message ?? e.Message);
        }
        finally
        {
            await ended.CancelAsync();
        }

        var receipt = await lease;
        if (!failed)
            await _queue.DeleteMessageAsync(message.MessageId, receipt, stop);
        else if (message.DequeueCount >= _settings.MaxDequeueCount)
            await PoisonAsync(message, receipt, stop);
        else
            await _queue.UpdateMessageAsync(message.MessageId, receipt, message.Body, _settings.VisibilityTimeout, stop);
    }

    /// <summary>Keeps the message hidden until it is settled.</summary>
    /// <returns>The receipt that is valid at the end.</returns>
    private async Task<string> RenewAsync(QueueMessage message, CancellationToken ended)
    {
        var receipt = message.PopReceipt;
        while (true)
        {
            try
            {
                await Task.Delay(Renewal, ended);
                // Not cancelled half way: the answer holds the only receipt that is still good.
                UpdateReceipt updated = await _queue.UpdateMessageAsync(message.MessageId, receipt, message.Body, Lease, CancellationToken.None);
                receipt = updated.PopReceipt;
            }
            catch (OperationCanceledException)
            {
                return receipt;
            }
            catch (RequestFailedException e)
            {
                _log.LogWarning("The message {Id} of {Queue} cannot be kept hidden: {Error}", message.MessageId, _queue.Name, e.ErrorCode);
                return receipt;
            }
        }
    }

    private string? Decode(QueueMessage message)
    {
        var text = message.Body.ToString();
        if (!_settings.Base64)
            return text;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            _log.LogError("The message {Id} of {Queue} is not base64 (extensions.queues.messageEncoding in host.json).", message.MessageId, _queue.Name);
            return null;
        }
    }

    private async Task PoisonAsync(QueueMessage message, string receipt, CancellationToken stop)
    {
        _log.LogError("The message {Id} of {Queue} is moved to {Poison}.", message.MessageId, _queue.Name, PoisonQueue);
        var poison = _storage.Client(_function.Queue! with { QueueName = PoisonQueue });
        await poison.CreateIfNotExistsAsync(cancellationToken: stop);
        await poison.SendMessageAsync(message.Body, cancellationToken: stop);
        _storage.Notify(PoisonQueue);
        await _queue.DeleteMessageAsync(message.MessageId, receipt, stop);
    }
}
