using MlServerless.Durable.Protocol;
using MlServerless.Worker.Invocation;

namespace MlServerless.Worker.Durable.Replay;

/// <summary>Events raised to an instance and the tasks that wait for them, each in order of arrival. Names are compared without regard to case.</summary>
internal sealed class ExternalEvents(JsonValues json)
{
    private readonly List<HistoryEvent> buffered = [];
    private readonly Dictionary<string, LinkedList<OpenTask>> waiting = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Events that nobody waited for yet.</summary>
    public IReadOnlyList<HistoryEvent> Buffered => buffered;

    public bool AnyoneWaits => waiting.Count > 0;

    public void Raise(HistoryEvent raised)
    {
        if (!waiting.TryGetValue(raised.EventRaised.Name, out var tasks))
        {
            buffered.Add(raised);
            return;
        }

        var first = tasks.First!;
        Remove(raised.EventRaised.Name, tasks, first);
        first.Value.Complete(raised.EventRaised.Input);
    }

    /// <summary>Keeps an event without giving it to a waiting task.</summary>
    public void Keep(HistoryEvent raised) => buffered.Add(raised);

    /// <summary>The oldest kept event of that name, as a completed task; null when there is none.</summary>
    public Task<T>? TryTake<T>(string name)
    {
        var index = buffered.FindIndex(e => string.Equals(e.EventRaised.Name, name, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            return null;
        }

        var task = new OpenTask<T>(json);
        task.Complete(buffered[index].EventRaised.Input);
        buffered.RemoveAt(index);
        return task.Task;
    }

    public Task<T> Wait<T>(string name, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var task = new OpenTask<T>(json);
        if (!waiting.TryGetValue(name, out var tasks))
        {
            waiting[name] = tasks = new LinkedList<OpenTask>();
        }

        var node = tasks.AddLast(task);
        if (cancellationToken.CanBeCanceled)
        {
            // A cancelled wait must not swallow an event that comes later.
            cancellationToken.Register(() =>
            {
                if (node.List is not null)
                {
                    Remove(name, tasks, node);
                    task.Cancel(cancellationToken);
                }
            });
        }

        return task.Task;
    }

    private void Remove(string name, LinkedList<OpenTask> tasks, LinkedListNode<OpenTask> node)
    {
        tasks.Remove(node);
        if (tasks.Count == 0)
        {
            waiting.Remove(name);
        }
    }
}
