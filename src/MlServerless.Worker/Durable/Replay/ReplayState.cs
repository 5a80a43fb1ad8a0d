using Google.Protobuf.WellKnownTypes;
using MlServerless.Durable.Protocol;

namespace MlServerless.Worker.Durable.Replay;

/// <summary>
/// Actions, open calls, events and clock of one replay: what the context's methods change and what the events of the history answer.
/// </summary>
internal sealed class ReplayState(ReplaySettings settings, string instanceId)
{
    private readonly SortedDictionary<int, PendingAction> pending = [];
    private readonly Dictionary<int, OpenCall> open = [];
    private int nextId;
    private int nextGuid;

    public ReplaySettings Settings { get; } = settings;

    public string InstanceId { get; } = instanceId;

    public OrchestrationTaskScheduler Scheduler { get; } = new();

    public ExternalEvents Events { get; } = new(settings.Json);

    public DateTime Now { get; set; } = DateTime.UnixEpoch;

    public bool IsReplaying { get; set; }

    public string? CustomStatus { get; set; }

    public ContinueAsNewRequest? ContinueAsNew { get; set; }

    /// <summary>True while something of the history may still wake the orchestrator.</summary>
    public bool CanBeWoken => open.Count > 0 || Events.AnyoneWaits;

    public int NextId() => nextId++;

    public Guid NextGuid() => DeterministicGuid.Of(InstanceId, Now, nextGuid++);

    public Task<T> ScheduleActivity<T>(string name, string? input)
        => Open<T>(ActionKind.Activity, name, new OrchestratorAction { ScheduleTask = new ScheduleTaskAction { Name = name, Input = input } }).Task;

    public Task<T> ScheduleSubOrchestration<T>(string name, string childId, string? input)
        => Open<T>(
            ActionKind.SubOrchestration,
            name,
            new OrchestratorAction { CreateSubOrchestration = new CreateSubOrchestrationAction { Name = name, InstanceId = childId, Input = input } }).Task;

    public Task ScheduleTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        var action = new OrchestratorAction { CreateTimer = new CreateTimerAction { FireAt = Timestamp.FromDateTime(fireAt) } };
        var task = Open<Unit>(ActionKind.Timer, "", action);
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() =>
            {
                open.Remove(action.Id);
                task.Cancel(cancellationToken);
            });
        }

        return task.Task;
    }

    public void SendEvent(string instanceId, string name, string? data)
        => Add(ActionKind.SendEvent, name, new OrchestratorAction
        {
            SendEvent = new SendEventAction { Instance = new OrchestrationInstance { InstanceId = instanceId }, Name = name, Data = data },
        });

    /// <summary>The history says that an action was taken: the code must have taken the same.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">It did not.</exception>
    public void Confirm(int id, ActionKind kind, string name, bool codeHasEnded)
    {
        if (!pending.Remove(id, out var action))
        {
            var next = pending.Count > 0
                ? $"the code's next action is {pending.First().Value.Describe()}"
                : codeHasEnded ? "the code had already ended there" : "the code took no action there";
            throw Mismatch($"the history holds {PendingAction.Describe(id, kind, name)}, but {next}");
        }

        if (action.Kind != kind || !string.Equals(action.Name, name, StringComparison.OrdinalIgnoreCase))
        {
            throw Mismatch($"the history holds {PendingAction.Describe(id, kind, name)}, but the code's action is {action.Describe()}");
        }
    }

    /// <summary>An open call, taken off the list; null for ends that were told before and for unknown ones.</summary>
    public OpenCall? End(int id, ActionKind kind)
    {
        if (!open.TryGetValue(id, out var call) || call.Kind != kind)
        {
            return null;
        }

        open.Remove(id);
        return call;
    }

    /// <summary>The actions that the engine does not know of yet, in the order in which they were taken.</summary>
    public IEnumerable<OrchestratorAction> NewActions(bool withTimers)
        => pending.Values.Where(a => withTimers || a.Kind != ActionKind.Timer).Select(a => a.Wire);

    private OpenTask<T> Open<T>(ActionKind kind, string name, OrchestratorAction action)
    {
        Add(kind, name, action);
        var task = new OpenTask<T>(Settings.Json);
        open.Add(action.Id, new OpenCall(kind, name, task));
        return task;
    }

    private void Add(ActionKind kind, string name, OrchestratorAction action)
    {
        action.Id = NextId();
        pending.Add(action.Id, new PendingAction(kind, name, action));
    }

    private NonDeterministicOrchestrationException Mismatch(string what)
        => new($"Instance '{InstanceId}' cannot be replayed: {what}. The orchestrator's code was changed while the instance was running, or it does not decide the same way each time.");
}
