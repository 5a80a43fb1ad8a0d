using Google.Protobuf.WellKnownTypes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>Makes history events in the shape that the durable extension gives them.</summary>
internal static class HistoryEvents
{
    public static bool HasEnded(this OrchestrationStatus status) => status is OrchestrationStatus.Completed or OrchestrationStatus.Failed
        or OrchestrationStatus.Canceled or OrchestrationStatus.Terminated;

    /// <summary>True for messages to an instance rather than to one execution of it.</summary>
    public static bool IsForAnyExecution(this HistoryEvent message) => message.EventTypeCase is HistoryEvent.EventTypeOneofCase.EventRaised
        or HistoryEvent.EventTypeOneofCase.ExecutionSuspended or HistoryEvent.EventTypeOneofCase.ExecutionResumed
        or HistoryEvent.EventTypeOneofCase.ExecutionTerminated;

    /// <summary>An event that no action caused: its id is -1.</summary>
    public static HistoryEvent New(DateTimeOffset at) => new() { EventId = -1, Timestamp = Timestamp.FromDateTimeOffset(at) };

    public static HistoryEvent OrchestratorStarted(DateTimeOffset at)
    {
        var e = New(at);
        e.OrchestratorStarted = new();
        return e;
    }

    public static HistoryEvent OrchestratorCompleted(DateTimeOffset at)
    {
        var e = New(at);
        e.OrchestratorCompleted = new();
        return e;
    }

    public static HistoryEvent ExecutionStarted(InstanceState instance, DateTimeOffset at)
    {
        var e = New(at);
        e.ExecutionStarted = new ExecutionStartedEvent
        {
            Name = instance.Name,
            Version = instance.Version,
            Input = instance.Input,
            OrchestrationInstance = new() { InstanceId = instance.InstanceId, ExecutionId = instance.ExecutionId },
            ParentInstance = instance.Parent,
        };
        return e;
    }

    public static HistoryEvent TimerFired(PendingTimer timer) => new()
    {
        // The extension writes the message, with its time, when the timer is created.
        EventId = -1,
        Timestamp = timer.CreatedAt,
        TimerFired = new() { FireAt = timer.FireAt, TimerId = timer.TimerId },
    };

    public static HistoryEvent TaskCompleted(int taskId, string? result, DateTimeOffset at)
    {
        var e = New(at);
        e.TaskCompleted = new() { TaskScheduledId = taskId, Result = result };
        return e;
    }

    public static HistoryEvent TaskFailed(int taskId, TaskFailureDetails? details, DateTimeOffset at)
    {
        var e = New(at);
        e.TaskFailed = new() { TaskScheduledId = taskId, FailureDetails = details };
        return e;
    }

    public static HistoryEvent EventRaised(string name, string? input, DateTimeOffset at)
    {
        var e = New(at);
        e.EventRaised = new() { Name = name, Input = input };
        return e;
    }
}
