namespace MlServerless.Worker.Durable.Replay;

/// <summary>
/// Runs an orchestrator on the thread that replays it. Code that starts on a task of this scheduler comes back to it after every await
/// and with every continuation; work that arrives from another thread proves an await that is not durable.
/// </summary>
internal sealed class OrchestrationTaskScheduler : TaskScheduler
{
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly Queue<Task> queue = new();
    private readonly Lock gate = new();
    private volatile bool foreignWork;
    private volatile bool closed;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>True when a task was handed in from another thread.</summary>
    public bool HasForeignWork => foreignWork;

    public bool IsOnItsThread => !closed && Environment.CurrentManagedThreadId == thread;

    /// <summary>Runs all that is ready.</summary>
    public void Drain()
    {
        while (!foreignWork && TryDequeue(out var task))
        {
            TryExecuteTask(task);
        }
    }

    /// <summary>After this nothing runs any more; what is left is dropped.</summary>
    public void Close() => closed = true;

    protected override void QueueTask(Task task)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            foreignWork = true;
            return;
        }

        lock (gate)
        {
            queue.Enqueue(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        => !taskWasPreviouslyQueued && IsOnItsThread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (gate)
        {
            return [.. queue];
        }
    }

    private bool TryDequeue(out Task task)
    {
        lock (gate)
        {
            return queue.TryDequeue(out task!);
        }
    }
}
