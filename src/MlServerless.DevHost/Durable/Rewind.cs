using Google.Protobuf.WellKnownTypes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>Makes the state from which a failed instance goes on when it is rewound.</summary>
internal static class Rewind
{
    /// <returns>The state, and the sub-orchestrations that failed and are to be rewound too.</returns>
    public static (InstanceState Instance, IReadOnlyList<string> Children) Of(InstanceState failed, string? reason, DateTimeOffset now)
    {
        var failedTasks = failed.History.Where(e => e.TaskFailed is not null).Select(e => e.TaskFailed.TaskScheduledId).ToHashSet();
        var failedChildren = failed.History.Where(e => e.SubOrchestrationInstanceFailed is not null)
            .Select(e => e.SubOrchestrationInstanceFailed.TaskScheduledId).ToHashSet();
        var children = failed.History.Where(e => e.SubOrchestrationInstanceCreated is not null && failedChildren.Contains(e.EventId))
            .Select(e => e.SubOrchestrationInstanceCreated.InstanceId).ToList();

        var instance = failed.Clone();
        instance.Status = OrchestrationStatus.Running;
        instance.Output = null;
        instance.Failure = null;
        instance.UpdatedAt = Timestamp.FromDateTimeOffset(now);
        instance.History.Clear();
        instance.History.Add(failed.History.Where(e => !IsTakenOut(e, failedTasks)));
        var fired = failed.History.Where(e => e.TimerFired is not null).Select(e => e.TimerFired.TimerId).ToHashSet();
        instance.Timers.Add(failed.History.Where(e => e.TimerCreated is not null && !fired.Contains(e.EventId)).Select(e => new PendingTimer
        {
            ExecutionId = failed.ExecutionId, TimerId = e.EventId, FireAt = e.TimerCreated.FireAt, CreatedAt = e.Timestamp,
        }));
        var message = HistoryEvents.New(now);
        message.GenericEvent = new() { Data = reason ?? "" };
        instance.Inbox.Add(message);
        return (instance, children);
    }

    private static bool IsTakenOut(HistoryEvent e, HashSet<int> failedTasks) => e.EventTypeCase switch
    {
        HistoryEvent.EventTypeOneofCase.ExecutionCompleted or HistoryEvent.EventTypeOneofCase.TaskFailed
            or HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceFailed => true,
        HistoryEvent.EventTypeOneofCase.TaskScheduled => failedTasks.Contains(e.EventId),
        _ => false,
    };
}
