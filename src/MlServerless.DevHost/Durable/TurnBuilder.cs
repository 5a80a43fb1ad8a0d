using Google.Protobuf.WellKnownTypes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>Turns what an orchestrator answered into the one record that its turn leaves in the journal.</summary>
internal sealed class TurnBuilder
{
    private readonly InstanceState _instance;
    private readonly Func<string, bool> _isRunning;
    private readonly DateTimeOffset _now;
    private readonly TurnCompleted _turn;

    private TurnBuilder(Turn turn, InstanceState instance, Func<string, bool> isRunning, DateTimeOffset now)
    {
        _instance = instance;
        _isRunning = isRunning;
        _now = now;
        _turn = new TurnCompleted
        {
            InstanceId = instance.InstanceId,
            ExecutionId = instance.ExecutionId,
            Taken = turn.Taken,
            At = Timestamp.FromDateTimeOffset(now),
            Status = StatusAfter(instance.Status, turn.NewEvents),
        };
        _turn.History.Add(turn.NewEvents);
    }

    /// <param name="isRunning">Whether an instance of that id exists and has not ended.</param>
    /// <exception cref="InvalidOperationException">The response holds an action that the engine does not take.</exception>
    public static TurnCompleted FromResponse(
        Turn turn, InstanceState instance, OrchestratorResponse response, Func<string, bool> isRunning, DateTimeOffset now)
    {
        var builder = new TurnBuilder(turn, instance, isRunning, now);
        builder._turn.CustomStatus = response.CustomStatus;
        foreach (var action in response.Actions)
            builder.Add(action);
        return builder.Finish();
    }

    /// <summary>The turn of an orchestrator whose call failed: the instance has failed for good.</summary>
    public static TurnCompleted FromFailure(Turn turn, InstanceState instance, TaskFailureDetails failure, DateTimeOffset now)
    {
        var builder = new TurnBuilder(turn, instance, _ => false, now);
        builder._turn.CustomStatus = instance.CustomStatus;
        builder.Complete(-1, new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.Failed, FailureDetails = failure });
        return builder.Finish();
    }

    private static OrchestrationStatus StatusAfter(OrchestrationStatus before, IReadOnlyList<HistoryEvent> newEvents)
    {
        var status = before == OrchestrationStatus.Suspended ? before : OrchestrationStatus.Running;
        foreach (var e in newEvents)
        {
            if (e.EventTypeCase == HistoryEvent.EventTypeOneofCase.ExecutionSuspended)
                status = OrchestrationStatus.Suspended;
            else if (e.EventTypeCase == HistoryEvent.EventTypeOneofCase.ExecutionResumed)
                status = OrchestrationStatus.Running;
        }

        return status;
    }

    private TurnCompleted Finish()
    {
        if (_turn.ContinuedAsNew is null && _turn.History[^1].EventTypeCase != HistoryEvent.EventTypeOneofCase.OrchestratorCompleted)
            _turn.History.Add(HistoryEvents.OrchestratorCompleted(_now));
        return _turn;
    }

    private void Add(OrchestratorAction action)
    {
        switch (action.OrchestratorActionTypeCase)
        {
            case OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask:
                Event(action.Id).TaskScheduled = new() { Name = action.ScheduleTask.Name, Version = action.ScheduleTask.Version };
                _turn.Activities.Add(new PendingActivity
                {
                    ExecutionId = _instance.ExecutionId, TaskId = action.Id, Name = action.ScheduleTask.Name, Input = action.ScheduleTask.Input,
                });
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer:
                var timer = Event(action.Id);
                timer.TimerCreated = new() { FireAt = action.CreateTimer.FireAt };
                _turn.Timers.Add(new PendingTimer
                {
                    ExecutionId = _instance.ExecutionId, TimerId = action.Id, FireAt = action.CreateTimer.FireAt, CreatedAt = timer.Timestamp,
                });
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration:
                StartChild(action.Id, action.CreateSubOrchestration);
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent:
                var send = action.SendEvent;
                var target = send.Instance?.InstanceId ?? "";
                Event(action.Id).EventSent = new() { InstanceId = target, Name = send.Name, Input = send.Data };
                Send(target, send.Instance?.ExecutionId, HistoryEvents.EventRaised(send.Name, send.Data, _now));
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CompleteOrchestration:
                Complete(action.Id, action.CompleteOrchestration);
                break;
            default:
                throw new InvalidOperationException(
                    $"The orchestrator answered an action that the durable extension does not take: {action.OrchestratorActionTypeCase} (id {action.Id}).");
        }
    }

    private HistoryEvent Event(int id)
    {
        var e = new HistoryEvent { EventId = id, Timestamp = Timestamp.FromDateTimeOffset(_now) };
        _turn.History.Add(e);
        return e;
    }

    private void StartChild(int id, CreateSubOrchestrationAction action)
    {
        var child = new InstanceState
        {
            InstanceId = action.InstanceId.Length > 0 ? action.InstanceId : FormattableString.Invariant($"{_instance.ExecutionId}:{id}"),
            ExecutionId = Guid.NewGuid().ToString("N"),
            Name = action.Name,
            Version = action.Version,
            Input = action.Input,
            Status = OrchestrationStatus.Pending,
            CreatedAt = Timestamp.FromDateTimeOffset(_now),
            UpdatedAt = Timestamp.FromDateTimeOffset(_now),
            Parent = new ParentInstanceInfo
            {
                TaskScheduledId = id,
                Name = _instance.Name,
                Version = _instance.Version ?? "",
                OrchestrationInstance = new() { InstanceId = _instance.InstanceId, ExecutionId = _instance.ExecutionId },
            },
        };
        Event(id).SubOrchestrationInstanceCreated = new() { InstanceId = child.InstanceId, Name = child.Name, Version = child.Version };
        if (_isRunning(child.InstanceId))
        {
            var refused = HistoryEvents.New(_now);
            refused.SubOrchestrationInstanceFailed = new()
            {
                TaskScheduledId = id,
                FailureDetails = new()
                {
                    ErrorType = "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
                    ErrorMessage = $"An orchestration with the instance id '{child.InstanceId}' is already running.",
                },
            };
            Send(_instance.InstanceId, _instance.ExecutionId, refused);
            return;
        }

        child.Inbox.Add(HistoryEvents.ExecutionStarted(child, _now));
        _turn.Effects.Add(new JournalRecord { InstanceReplaced = child });
    }

    private void Complete(int id, CompleteOrchestrationAction action)
    {
        if (action.OrchestrationStatus == OrchestrationStatus.ContinuedAsNew)
        {
            ContinueAsNew(action);
            return;
        }

        _turn.Status = action.OrchestrationStatus;
        if (!_turn.Status.HasEnded())
            throw new InvalidOperationException($"The orchestrator completed with the status {action.OrchestrationStatus}, which is no end.");
        _turn.Output = action.Result ?? action.Details;
        _turn.Failure = action.FailureDetails;
        Event(id).ExecutionCompleted = new() { OrchestrationStatus = _turn.Status, Result = action.Result, FailureDetails = action.FailureDetails };
        if (_instance.Parent is not { } parent)
            return;
        var message = HistoryEvents.New(_now);
        if (_turn.Status == OrchestrationStatus.Completed)
            message.SubOrchestrationInstanceCompleted = new() { TaskScheduledId = parent.TaskScheduledId, Result = action.Result };
        else
            message.SubOrchestrationInstanceFailed = new() { TaskScheduledId = parent.TaskScheduledId, FailureDetails = action.FailureDetails ?? Ended(action) };
        Send(parent.OrchestrationInstance.InstanceId, parent.OrchestrationInstance.ExecutionId, message);
    }

    private TaskFailureDetails Ended(CompleteOrchestrationAction action) => new()
    {
        ErrorType = "DurableTask.Core.Exceptions.OrchestrationException",
        ErrorMessage = action.Result ?? action.Details ?? $"The orchestration {_instance.InstanceId} ended as {_turn.Status}.",
    };

    private void ContinueAsNew(CompleteOrchestrationAction action)
    {
        var next = _instance.Clone();
        next.ExecutionId = Guid.NewGuid().ToString("N");
        next.Input = action.Result;
        next.Version = action.NewVersion ?? _instance.Version;
        _turn.ContinuedAsNew = new ContinuedAsNew { ExecutionId = next.ExecutionId, Input = action.Result };
        var prepared = _turn.ContinuedAsNew.Prepared;
        prepared.Add(HistoryEvents.OrchestratorStarted(_now));
        prepared.Add(HistoryEvents.ExecutionStarted(next, _now));
        prepared.Add(action.CarryoverEvents);
        prepared.Add(HistoryEvents.OrchestratorCompleted(_now));
    }

    private void Send(string instanceId, string? executionId, HistoryEvent message) => _turn.Effects.Add(new JournalRecord
    {
        MessageDelivered = new MessageDelivered { InstanceId = instanceId, ExecutionId = executionId ?? "", Event = message },
    });
}
