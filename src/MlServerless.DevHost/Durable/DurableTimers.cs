using MlServerless.DevHost.Durable.Journal;

namespace MlServerless.DevHost.Durable;

/// <summary>Fires durable timers when they are due, never before.</summary>
internal sealed class DurableTimers(TaskHub hub, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<WorkKey, DateTimeOffset> _queue = new();
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called for each timer that has fired.</summary>
    public Action<WorkKey> Fired { get; set; } = _ => { };

    public void Add(WorkKey key, DateTimeOffset fireAt)
    {
        lock (_lock)
        {
            _queue.Enqueue(key, fireAt);
            _added.TrySetResult();
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            Task added;
            TimeSpan wait;
            WorkKey? due = null;
            lock (_lock)
            {
                if (_added.Task.IsCompleted)
                    _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
                added = _added.Task;
                wait = LongestWait;
                if (_queue.TryPeek(out var key, out var fireAt))
                {
                    wait = fireAt - time.GetUtcNow();
                    if (wait <= TimeSpan.Zero)
                    {
                        _queue.Dequeue();
                        due = key;
                    }
                }
            }

            if (due is { } fired)
            {
                await FireAsync(fired);
                continue;
            }

            // Rounded up, so that the wait does not end a moment too early.
            var delay = wait > LongestWait ? LongestWait : wait + TimeSpan.FromMilliseconds(1);
            await Task.WhenAny(added, Task.Delay(delay, time, stop));
        }
    }

    private async Task FireAsync(WorkKey key)
    {
        try
        {
            await hub.CommitAsync(_ => (new JournalRecord
            {
                TimerFired = new() { InstanceId = key.InstanceId, ExecutionId = key.ExecutionId, TimerId = key.Id },
            }, true));
            Fired(key);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The hub is closing; the timer fires at the next start.
        }
    }
}
