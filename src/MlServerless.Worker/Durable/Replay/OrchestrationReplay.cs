using MlServerless.Durable.Protocol;

namespace MlServerless.Worker.Durable.Replay;

/// <summary>
/// Replays one orchestrator call: runs the code against the events of its history, one after the other, and collects the actions that the
/// history does not hold yet.
/// </summary>
internal sealed class OrchestrationReplay
{
    private const string NotDurable =
        "The orchestrator awaits a task that no event of its history can end. Await only tasks of the TaskOrchestrationContext and their combinations; "
        + "without ConfigureAwait(false); put I/O, Task.Run and Task.Delay into activities and durable timers.";

    private readonly OrchestratorRequest request;
    private readonly Orchestrator orchestrator;
    private readonly ReplayState state;
    private readonly Queue<HistoryEvent> heldBack = new();
    private Task<object?>? code;
    private bool suspended;
    private ExecutionTerminatedEvent? terminated;
    private NonDeterministicOrchestrationException? mismatch;
    private CompleteOrchestrationAction? completion;
    private int completionId;

    private OrchestrationReplay(OrchestratorRequest request, Orchestrator orchestrator, ReplaySettings settings)
    {
        this.request = request;
        this.orchestrator = orchestrator;
        state = new ReplayState(settings, request.InstanceId);
    }

    /// <summary>The failure with which this call ended the orchestration, null when it did not fail.</summary>
    public Exception? Failure { get; private set; }

    public static (OrchestratorResponse Response, Exception? Failure) Run(OrchestratorRequest request, Orchestrator orchestrator, ReplaySettings settings)
    {
        var replay = new OrchestrationReplay(request, orchestrator, settings);

        // A context of the caller's (a test runner's) would catch the orchestrator's awaits before our scheduler does.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return (replay.Run(), replay.Failure);
        }
        finally
        {
            replay.state.Scheduler.Close();
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private OrchestratorResponse Run()
    {
        if (LacksHistory())
        {
            return new OrchestratorResponse { InstanceId = request.InstanceId, RequiresHistory = true };
        }

        Process(request.PastEvents, isReplaying: true);
        Process(request.NewEvents, isReplaying: false);
        if (code is null && terminated is null && !suspended)
        {
            mismatch ??= new NonDeterministicOrchestrationException($"The history of instance '{request.InstanceId}' does not say that it was started.");
        }

        return Respond();
    }

    /// <summary>With extended sessions the engine may leave out a history that it thinks we still hold.</summary>
    private bool LacksHistory()
        => request.PastEvents.Count == 0
           && request.NewEvents.All(e => e.ExecutionStarted is null)
           && (request.RequiresHistoryStreaming || (request.Properties.TryGetValue("IncludePastEvents", out var included) && included.HasBoolValue && !included.BoolValue));

    private void Process(IEnumerable<HistoryEvent> events, bool isReplaying)
    {
        state.IsReplaying = isReplaying;
        foreach (var e in events)
        {
            try
            {
                Process(e);
            }
            catch (NonDeterministicOrchestrationException mismatch)
            {
                this.mismatch = mismatch;
            }
        }
    }

    private void Process(HistoryEvent e)
    {
        // The clock and the confirmations of earlier actions run no code; all else waits for the end of a suspension.
        switch (e.EventTypeCase)
        {
            case HistoryEvent.EventTypeOneofCase.OrchestratorStarted:
                state.Now = e.Timestamp?.ToDateTime() ?? state.Now;
                break;
            case HistoryEvent.EventTypeOneofCase.TaskScheduled:
                Confirm(e.EventId, ActionKind.Activity, e.TaskScheduled.Name);
                break;
            case HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCreated:
                Confirm(e.EventId, ActionKind.SubOrchestration, e.SubOrchestrationInstanceCreated.Name);
                break;
            case HistoryEvent.EventTypeOneofCase.TimerCreated:
                Confirm(e.EventId, ActionKind.Timer, "");
                break;
            case HistoryEvent.EventTypeOneofCase.EventSent:
                Confirm(e.EventId, ActionKind.SendEvent, e.EventSent.Name);
                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionSuspended:
                suspended = true;
                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionResumed:
                suspended = false;
                while (heldBack.TryDequeue(out var held))
                {
                    Wake(held);
                }

                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionTerminated:
                terminated = e.ExecutionTerminated;
                break;
            default:
                if (suspended)
                {
                    heldBack.Enqueue(e);
                }
                else
                {
                    Wake(e);
                }

                break;
        }
    }

    private void Confirm(int id, ActionKind kind, string name)
    {
        if (mismatch is null && terminated is null)
        {
            state.Confirm(id, kind, name, completion is not null);
        }
    }

    /// <summary>Gives the code what it waits for and runs it as far as it goes. Events of other kinds say nothing to it.</summary>
    private void Wake(HistoryEvent e)
    {
        if (mismatch is not null || terminated is not null)
        {
            return;
        }

        if (completion is not null)
        {
            // The code has ended; an event raised since then belongs to the next generation, if there is one.
            if (e.EventRaised is not null)
            {
                state.Events.Keep(e);
            }

            return;
        }

        switch (e.EventTypeCase)
        {
            case HistoryEvent.EventTypeOneofCase.ExecutionStarted when code is null:
                Start(e.ExecutionStarted);
                break;
            case HistoryEvent.EventTypeOneofCase.TaskCompleted:
                Complete(e.TaskCompleted);
                break;
            case HistoryEvent.EventTypeOneofCase.TaskFailed:
                Fail(e.TaskFailed.TaskScheduledId, ActionKind.Activity, FailureConverter.FromTask(e.TaskFailed.FailureDetails));
                break;
            case HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCompleted:
                state.End(e.SubOrchestrationInstanceCompleted.TaskScheduledId, ActionKind.SubOrchestration)?.Task.Complete(e.SubOrchestrationInstanceCompleted.Result);
                break;
            case HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceFailed:
                Fail(e.SubOrchestrationInstanceFailed.TaskScheduledId, ActionKind.SubOrchestration, FailureConverter.FromSubOrchestration(e.SubOrchestrationInstanceFailed.FailureDetails));
                break;
            case HistoryEvent.EventTypeOneofCase.TimerFired:
                state.End(e.TimerFired.TimerId, ActionKind.Timer)?.Task.Complete(null);
                break;
            case HistoryEvent.EventTypeOneofCase.EventRaised:
                state.Events.Raise(e);
                break;
        }

        RunCode();
    }

    private void Start(ExecutionStartedEvent started)
    {
        var context = new ReplayContext(state, orchestrator.Name, started);
        var start = new Task<Task<object?>>(() => orchestrator.Start(context));
        start.Start(state.Scheduler);
        code = start.Unwrap();
    }

    private void Complete(TaskCompletedEvent completed)
    {
        if (state.End(completed.TaskScheduledId, ActionKind.Activity) is not { } call)
        {
            return;
        }

        var outcome = ActivityEnvelope.Read(completed.Result);
        if (outcome.Failure is { } failure)
        {
            call.Task.Fail(new TaskFailedException(call.Name, completed.TaskScheduledId, failure));
        }
        else
        {
            call.Task.Complete(outcome.Value);
        }
    }

    private void Fail(int id, ActionKind kind, TaskFailureDetails failure)
    {
        if (state.End(id, kind) is { } call)
        {
            call.Task.Fail(new TaskFailedException(call.Name, id, failure));
        }
    }

    private void RunCode()
    {
        state.Scheduler.Drain();
        if (code is null)
        {
            return;
        }

        if (state.Scheduler.HasForeignWork || (!code.IsCompleted && !state.CanBeWoken))
        {
            throw new NonDeterministicOrchestrationException(NotDurable);
        }

        if (code.IsCompleted)
        {
            completionId = state.NextId();
            completion = Complete(code);
        }
    }

    private CompleteOrchestrationAction Complete(Task<object?> ended)
    {
        if (ended.IsCompletedSuccessfully)
        {
            if (state.ContinueAsNew is { } next)
            {
                return new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.ContinuedAsNew, Result = next.Input };
            }

            try
            {
                var result = orchestrator.ResultType == typeof(void) ? null : System.Text.Encoding.UTF8.GetString(state.Settings.Json.Write(ended.Result, orchestrator.ResultType));
                return new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.Completed, Result = result };
            }
#pragma warning disable CA1031 // A result that cannot be written fails the orchestration, whatever the app's converters throw.
            catch (Exception e)
#pragma warning restore CA1031
            {
                return Failed(e);
            }
        }

        return Failed(ended.Exception is { } aggregate ? aggregate.InnerExceptions[0] : new TaskCanceledException("The orchestrator awaited a task that was cancelled."));
    }

    private CompleteOrchestrationAction Failed(Exception e)
    {
        Failure = e;
        return FailedCompletion(e);
    }

    /// <summary>The action that ends an orchestration as failed.</summary>
    public static CompleteOrchestrationAction FailedCompletion(Exception e) => new()
    {
        OrchestrationStatus = OrchestrationStatus.Failed,
        FailureDetails = FailureConverter.ToWire(FailureConverter.FromException(e)),
    };

    private OrchestratorResponse Respond()
    {
        var response = new OrchestratorResponse { InstanceId = request.InstanceId, CustomStatus = state.CustomStatus };
        if (terminated is not null)
        {
            Failure = null;
            var end = new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.Terminated, Result = terminated.Input };
            response.Actions.Add(new OrchestratorAction { Id = state.NextId(), CompleteOrchestration = end });
        }
        else if (suspended)
        {
            // Whatever the code wants to do, it wants again when the instance is resumed.
            Failure = null;
        }
        else if (mismatch is not null)
        {
            response.Actions.Add(new OrchestratorAction { Id = state.NextId(), CompleteOrchestration = Failed(mismatch) });
        }
        else
        {
            // Timers of code that has ended would wake nobody.
            response.Actions.AddRange(state.NewActions(withTimers: completion is null));
            AddCompletion(response);
        }

        return response;
    }

    private void AddCompletion(OrchestratorResponse response)
    {
        if (completion is null)
        {
            return;
        }

        if (completion.OrchestrationStatus == OrchestrationStatus.ContinuedAsNew && state.ContinueAsNew is { PreserveEvents: true })
        {
            completion.CarryoverEvents.AddRange(state.Events.Buffered);
        }

        response.Actions.Add(new OrchestratorAction { Id = completionId, CompleteOrchestration = completion });
    }
}
