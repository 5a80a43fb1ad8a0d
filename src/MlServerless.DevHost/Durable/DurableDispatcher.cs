using System.Threading.Channels;
using MlServerless.DevHost.Durable.Journal;

namespace MlServerless.DevHost.Durable;

/// <summary>Finds out what the hub's instances have to do and hands it to the runners, each piece once at a time.</summary>
internal sealed class DurableDispatcher : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskHub _hub;
    private readonly OrchestrationRunner _orchestrations;
    private readonly ActivityRunner _activities;
    private readonly DurableTimers _timers;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _busy = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<WorkKey> _known = [];
    private readonly Channel<string> _turns = Channel.CreateUnbounded<string>();
    private readonly Channel<WorkKey> _work = Channel.CreateUnbounded<WorkKey>();
    private readonly List<Task> _loops = [];

    public DurableDispatcher(
        TaskHub hub, OrchestrationRunner orchestrations, ActivityRunner activities, DurableTimers timers, ILogger log)
    {
        _hub = hub;
        _orchestrations = orchestrations;
        _activities = activities;
        _timers = timers;
        _log = log;
    }

    /// <summary>Begins with what the last stop interrupted; its activities wait for <paramref name="redeliveryDelay"/>.</summary>
    public void Start(DurableSettings settings, TimeSpan redeliveryDelay)
    {
        _hub.Touched = ids => Touch(ids, TimeSpan.Zero);
        _timers.Fired = Forget;
        for (var i = 0; i < settings.MaxConcurrentOrchestrators; i++)
            _loops.Add(LoopAsync(_turns.Reader, RunTurnAsync));
        for (var i = 0; i < settings.MaxConcurrentActivities; i++)
            _loops.Add(LoopAsync(_work.Reader, RunActivityAsync));
        _loops.Add(_timers.RunAsync(_stop.Token));
        Touch(_hub.Read(state => state.Instances.Keys.ToArray()), redeliveryDelay);
    }

    /// <summary>From now on nothing that fails is taken for the failure of a function.</summary>
    public void BeginStop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        BeginStop();
        _turns.Writer.TryComplete();
        _work.Writer.TryComplete();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private void Touch(IReadOnlyCollection<string> ids, TimeSpan activityDelay)
    {
        foreach (var id in ids)
        {
            var (hasTurn, activities, timers) = _hub.Read(state => state.Find(id) is { } instance ? Work(instance) : (false, [], []));
            foreach (var (key, fireAt) in timers)
            {
                if (Add(key))
                    _timers.Add(key, fireAt);
            }

            foreach (var key in activities)
            {
                if (Add(key))
                    Queue(key, activityDelay);
            }

            lock (_lock)
            {
                if (hasTurn && _busy.Add(id))
                    _turns.Writer.TryWrite(id);
            }
        }
    }

    private static (bool HasTurn, WorkKey[] Activities, (WorkKey Key, DateTimeOffset FireAt)[] Timers) Work(InstanceState instance) =>
    (
        (instance.Inbox.Count > 0 || instance.Prepared.Count > 0) && !instance.Status.HasEnded(),
        [.. instance.Activities.Select(a => new WorkKey(instance.InstanceId, a.ExecutionId, a.TaskId))],
        [.. instance.Timers.Select(t => (TimerKey(instance.InstanceId, t), t.FireAt.ToDateTimeOffset()))]
    );

    // Activities and timers share the numbers of one execution's actions, so their keys never meet.
    private static WorkKey TimerKey(string instanceId, PendingTimer timer) => new(instanceId, timer.ExecutionId, timer.TimerId);

    private bool Add(WorkKey key)
    {
        lock (_lock)
            return _known.Add(key);
    }

    // A rewound instance may schedule a task or timer of the same number again.
    private void Forget(WorkKey key)
    {
        lock (_lock)
            _known.Remove(key);
    }

    private void Queue(WorkKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
            _work.Writer.TryWrite(key);
        else
            _ = Task.Delay(delay, _stop.Token).ContinueWith(_ => _work.Writer.TryWrite(key), _stop.Token, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private async Task RunTurnAsync(string id)
    {
        try
        {
            await _orchestrations.RunAsync(id, _stop.Token);
        }
        finally
        {
            lock (_lock)
                _busy.Remove(id);
        }

        Touch([id], TimeSpan.Zero);
    }

    private async Task RunActivityAsync(WorkKey key)
    {
        await _activities.RunAsync(key, _stop.Token);
        Forget(key);
        Touch([key.InstanceId], TimeSpan.Zero);
    }

    private async Task LoopAsync<T>(ChannelReader<T> reader, Func<T, Task> run)
    {
        await Task.Yield();
        while (await reader.WaitToReadAsync())
        {
            while (!_stop.IsCancellationRequested && reader.TryRead(out var item))
            {
                try
                {
                    await run(item);
                }
                catch (OperationCanceledException)
                {
                    // The host stops; the work is still in the task hub at the next start.
                    return;
                }
                catch (Exception e)
                {
                    // The journal failed (the host stops then), or a mistake of ours; other instances go on.
                    _log.LogError(e, "A piece of durable work could not be run: {Item}", item);
                }
            }

            if (_stop.IsCancellationRequested)
                return;
        }
    }
}
