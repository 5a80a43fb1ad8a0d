using Google.Protobuf.WellKnownTypes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>All instances of the task hub, as the journal's records make them. Not safe for several threads at once.</summary>
internal sealed class HubState
{
    private readonly Dictionary<string, InstanceState> _instances = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, InstanceState> Instances => _instances;

    public InstanceState? Find(string instanceId) => _instances.GetValueOrDefault(instanceId);

    /// <summary>The records that rebuild this state from nothing.</summary>
    public IEnumerable<JournalRecord> Snapshot() =>
        _instances.Values.Select(instance => new JournalRecord { InstanceReplaced = instance });

    /// <summary>Changes the state; a record for something that is no longer there changes nothing.</summary>
    /// <param name="touched">Receives the instances that may have something to do now.</param>
    public void Apply(JournalRecord record, ICollection<string> touched)
    {
        switch (record.RecordCase)
        {
            case JournalRecord.RecordOneofCase.InstanceReplaced:
                _instances[record.InstanceReplaced.InstanceId] = record.InstanceReplaced;
                touched.Add(record.InstanceReplaced.InstanceId);
                break;
            case JournalRecord.RecordOneofCase.MessageDelivered:
                var delivered = record.MessageDelivered;
                Deliver(delivered.InstanceId, delivered.ExecutionId, delivered.Event, touched);
                break;
            case JournalRecord.RecordOneofCase.TurnCompleted:
                Apply(record.TurnCompleted, touched);
                break;
            case JournalRecord.RecordOneofCase.ActivityCompleted:
                var completed = record.ActivityCompleted;
                if (Find(completed.InstanceId) is { } owner
                    && Take(owner.Activities, a => a.ExecutionId == completed.ExecutionId && a.TaskId == completed.TaskId) is not null)
                {
                    Deliver(completed.InstanceId, completed.ExecutionId, completed.Event, touched);
                }

                break;
            case JournalRecord.RecordOneofCase.TimerFired:
                var fired = record.TimerFired;
                if (Find(fired.InstanceId) is { } waiting
                    && Take(waiting.Timers, t => t.ExecutionId == fired.ExecutionId && t.TimerId == fired.TimerId) is { } timer)
                {
                    Deliver(fired.InstanceId, fired.ExecutionId, HistoryEvents.TimerFired(timer), touched);
                }

                break;
            case JournalRecord.RecordOneofCase.InstancePurged:
                _instances.Remove(record.InstancePurged.InstanceId);
                break;
        }
    }

    private void Deliver(string instanceId, string executionId, HistoryEvent message, ICollection<string> touched)
    {
        if (Find(instanceId) is not { } instance || instance.Status.HasEnded() || (executionId.Length > 0 && executionId != instance.ExecutionId))
            return;
        instance.Inbox.Add(message);
        touched.Add(instance.InstanceId);
    }

    private void Apply(TurnCompleted turn, ICollection<string> touched)
    {
        if (Find(turn.InstanceId) is not { } instance || instance.ExecutionId != turn.ExecutionId)
            return;
        for (var i = 0; i < turn.Taken; i++)
            instance.Inbox.RemoveAt(0);
        instance.Prepared.Clear();
        instance.History.Add(turn.History);
        instance.Status = turn.Status;
        instance.CustomStatus = turn.CustomStatus;
        instance.UpdatedAt = turn.At;
        instance.Activities.Add(turn.Activities);
        instance.Timers.Add(turn.Timers);
        if (turn.Status.HasEnded())
        {
            instance.Output = turn.Output;
            instance.Failure = turn.Failure;
            instance.Inbox.Clear();
            instance.Timers.Clear();
        }
        else if (turn.ContinuedAsNew is { } next)
        {
            instance.ExecutionId = next.ExecutionId;
            instance.Input = next.Input;
            instance.History.Clear();
            instance.Prepared.Add(next.Prepared);
            instance.Timers.Clear();
            // Only what is meant for the instance, not for one execution of it, lives on.
            foreach (var stale in instance.Inbox.Where(message => !message.IsForAnyExecution()).ToList())
                instance.Inbox.Remove(stale);
        }

        touched.Add(instance.InstanceId);
        foreach (var effect in turn.Effects)
            Apply(effect, touched);
    }

    private static T? Take<T>(Google.Protobuf.Collections.RepeatedField<T> from, Func<T, bool> which)
        where T : class
    {
        var found = from.FirstOrDefault(which);
        if (found is not null)
            from.Remove(found);
        return found;
    }
}
