using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MlServerless.Durable.Protocol;
using MlServerless.Worker.Durable;
using MlServerless.Worker.Durable.Replay;
using MlServerless.Worker.Invocation;

namespace MlServerless.Worker.Tests.Durable;

/// <summary>
/// The engine's side of one orchestration: keeps the history, hands it to the replay and confirms the actions that come back, as the
/// durable extension does.
/// </summary>
internal sealed class Engine(Orchestrator orchestrator, string? input = null, string instanceId = "i1")
{
    public static readonly DateTime Start = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);

    public static JsonValues Json { get; } = new(Options.Create(new FunctionsOptions()));

    public List<HistoryEvent> History { get; } = [];

    public DateTime Now { get; private set; } = Start;

    /// <summary>The requests sent so far with the answers they got.</summary>
    public List<(OrchestratorRequest Request, OrchestratorResponse Response)> Calls { get; } = [];

    public Exception? Failure { get; private set; }

    public CompleteOrchestrationAction? Completion { get; private set; }

    public TimeSpan MaximumTimerInterval { get; init; } = TimeSpan.FromDays(3);

    public static Orchestrator Of<T>(Func<TaskOrchestrationContext, Task<T>> code, string name = "Orch")
        => new(name, async context => await code(context), typeof(T));

    public static Orchestrator Of(Func<TaskOrchestrationContext, Task> code, string name = "Orch")
        => new(
            name,
            async context =>
            {
                await code(context);
                return null;
            },
            typeof(void));

    /// <summary>The first call.</summary>
    public IReadOnlyList<OrchestratorAction> Begin(params HistoryEvent[] more)
        => Step([
            new HistoryEvent
            {
                EventId = -1,
                Timestamp = Timestamp.FromDateTime(Now),
                ExecutionStarted = new ExecutionStartedEvent
                {
                    Name = orchestrator.Name,
                    Input = input,
                    OrchestrationInstance = new OrchestrationInstance { InstanceId = instanceId, ExecutionId = "e1" },
                },
            },
            .. more,
        ]);

    /// <summary>One call with these new events, a second after the one before. Returns the new actions.</summary>
    public IReadOnlyList<OrchestratorAction> Step(params HistoryEvent[] events)
    {
        Now = Now.AddSeconds(1);
        return StepAt(Now, events);
    }

    public IReadOnlyList<OrchestratorAction> StepAt(DateTime now, params HistoryEvent[] events)
    {
        Now = now;
        var request = new OrchestratorRequest { InstanceId = instanceId };
        request.PastEvents.AddRange(History);
        request.NewEvents.Add(new HistoryEvent { EventId = -1, Timestamp = Timestamp.FromDateTime(now), OrchestratorStarted = new OrchestratorStartedEvent() });
        request.NewEvents.AddRange(events);
        var response = Run(request);
        Calls.Add((request, response));
        History.AddRange(request.NewEvents);
        History.AddRange(response.Actions.Select(Confirmation).OfType<HistoryEvent>());
        History.Add(new HistoryEvent { EventId = -1, OrchestratorCompleted = new OrchestratorCompletedEvent() });
        Completion = response.Actions.Select(a => a.CompleteOrchestration).SingleOrDefault(c => c is not null) ?? Completion;
        return response.Actions;
    }

    public OrchestratorResponse Run(OrchestratorRequest request)
    {
        var (response, failure) = OrchestrationReplay.Run(request, orchestrator, new ReplaySettings(Json, NullLoggerFactory.Instance, MaximumTimerInterval));
        Failure = failure;
        return response;
    }

    public static HistoryEvent Completed(int id, string json)
        => new() { EventId = -1, TaskCompleted = new TaskCompletedEvent { TaskScheduledId = id, Result = Quoted(ActivityEnvelope.Success(System.Text.Encoding.UTF8.GetBytes(json))) } };

    public static HistoryEvent Failed(int id, string type, string message, bool retriable = true)
        => new() { EventId = -1, TaskCompleted = new TaskCompletedEvent { TaskScheduledId = id, Result = Quoted(ActivityEnvelope.Failure(new(type, message, null, !retriable))) } };

    public static HistoryEvent Lost(int id) => new() { EventId = -1, TaskFailed = new TaskFailedEvent { TaskScheduledId = id } };

    public static HistoryEvent Fired(int id) => new() { EventId = -1, TimerFired = new TimerFiredEvent { TimerId = id } };

    public static HistoryEvent SubCompleted(int id, string json)
        => new() { EventId = -1, SubOrchestrationInstanceCompleted = new SubOrchestrationInstanceCompletedEvent { TaskScheduledId = id, Result = json } };

    public static HistoryEvent SubFailed(int id, MlServerless.Durable.Protocol.TaskFailureDetails details)
        => new() { EventId = -1, SubOrchestrationInstanceFailed = new SubOrchestrationInstanceFailedEvent { TaskScheduledId = id, FailureDetails = details } };

    public static HistoryEvent Raised(string name, string? json = null) => new() { EventId = -1, EventRaised = new EventRaisedEvent { Name = name, Input = json } };

    public static HistoryEvent Suspended() => new() { EventId = -1, ExecutionSuspended = new ExecutionSuspendedEvent() };

    public static HistoryEvent Resumed() => new() { EventId = -1, ExecutionResumed = new ExecutionResumedEvent() };

    public static HistoryEvent Terminated(string reason) => new() { EventId = -1, ExecutionTerminated = new ExecutionTerminatedEvent { Input = reason } };

    private static string Quoted(byte[] envelope) => System.Text.Json.JsonSerializer.Serialize(System.Text.Encoding.UTF8.GetString(envelope));

    private static HistoryEvent? Confirmation(OrchestratorAction action)
    {
        var e = new HistoryEvent { EventId = action.Id };
        switch (action.OrchestratorActionTypeCase)
        {
            case OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask:
                e.TaskScheduled = new TaskScheduledEvent { Name = action.ScheduleTask.Name };
                return e;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration:
                e.SubOrchestrationInstanceCreated = new SubOrchestrationInstanceCreatedEvent { Name = action.CreateSubOrchestration.Name, InstanceId = action.CreateSubOrchestration.InstanceId };
                return e;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer:
                e.TimerCreated = new TimerCreatedEvent { FireAt = action.CreateTimer.FireAt };
                return e;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent:
                e.EventSent = new EventSentEvent { Name = action.SendEvent.Name, InstanceId = action.SendEvent.Instance.InstanceId };
                return e;
            default:
                return null;
        }
    }
}
