using Google.Protobuf.WellKnownTypes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.DevHost.Invocation;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>What bindings and the HTTP API do to instances from outside.</summary>
internal sealed class DurableClient
{
    private readonly TaskHub _hub;
    private readonly AppDefinition _app;
    private readonly TimeProvider _time;

    public DurableClient(TaskHub hub, AppDefinition app, TimeProvider time)
    {
        _hub = hub;
        _app = app;
        _time = time;
    }

    /// <summary>Starts an orchestration; an ended instance of the same id is replaced.</summary>
    /// <returns>The instance id.</returns>
    /// <exception cref="ArgumentException">There is no such orchestrator function.</exception>
    /// <exception cref="OrchestrationAlreadyExistsException">The id is running.</exception>
    public Task<string> StartAsync(StartRequest request, string? version = null)
    {
        if (_app.Find(request.FunctionName, FunctionKind.Orchestration) is not { } function)
        {
            var known = _app.Functions.Where(f => f.Kind == FunctionKind.Orchestration).Select(f => f.Name);
            throw new ArgumentException(
                $"The function '{request.FunctionName}' doesn't exist, is disabled, or is not an orchestrator function. Orchestrators of this app: {string.Join(", ", known)}.");
        }

        var id = request.InstanceId ?? Guid.NewGuid().ToString("N");
        return _hub.CommitAsync(state =>
        {
            if (state.Find(id) is { } existing && !existing.Status.HasEnded())
                throw new OrchestrationAlreadyExistsException($"An Orchestration instance with the status {existing.Status} already exists: '{id}'.");
            return (new JournalRecord { InstanceReplaced = NewInstance(id, function.Name, version ?? "", request.Input) }, id);
        });
    }

    /// <summary>Sends a message to an instance that runs.</summary>
    /// <returns>The status that the instance had, null when there is none; it received the message only when it had not ended.</returns>
    public Task<OrchestrationStatus?> SendAsync(string instanceId, Action<HistoryEvent> fill)
    {
        var message = HistoryEvents.New(_time.GetUtcNow());
        fill(message);
        return _hub.CommitAsync<OrchestrationStatus?>(state =>
        {
            if (state.Find(instanceId) is not { } instance)
                return (null, null);
            var record = instance.Status.HasEnded()
                ? null
                : new JournalRecord { MessageDelivered = new() { InstanceId = instance.InstanceId, Event = message } };
            return (record, instance.Status);
        });
    }

    /// <summary>Removes instances that have ended.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> PurgeAsync(IEnumerable<string> instanceIds)
    {
        var count = 0;
        foreach (var id in instanceIds)
        {
            count += await _hub.CommitAsync<int>(state => state.Find(id) is { } instance && instance.Status.HasEnded()
                ? (new JournalRecord { InstancePurged = new() { InstanceId = instance.InstanceId } }, 1)
                : (null, 0));
        }

        return count;
    }

    /// <summary>Starts the function of an instance once more with the same input.</summary>
    /// <returns>The id of the new instance.</returns>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="OrchestrationAlreadyExistsException">The same id is asked for and still runs.</exception>
    public Task<string> RestartAsync(string instanceId, bool newId)
    {
        var request = _hub.Read(state => state.Find(instanceId) is { } instance
            ? new StartRequest(instance.Name, newId ? null : instance.InstanceId, instance.Input)
            : throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found."));
        return StartAsync(request);
    }

    /// <summary>
    /// Puts a failed instance back to where it failed: failed activities and sub-orchestrations are taken out of its history, so
    /// that the replay schedules them again.
    /// </summary>
    /// <returns>The status that the instance had; it was rewound only when that is Failed.</returns>
    public async Task<OrchestrationStatus?> RewindAsync(string instanceId, string? reason)
    {
        var (status, children) = await _hub.CommitAsync<(OrchestrationStatus?, IReadOnlyList<string>)>(state =>
        {
            if (state.Find(instanceId) is not { } instance)
                return (null, (null, []));
            if (instance.Status != OrchestrationStatus.Failed)
                return (null, (instance.Status, []));
            var (rewound, failedChildren) = Rewind.Of(instance, reason, _time.GetUtcNow());
            return (new JournalRecord { InstanceReplaced = rewound }, (instance.Status, failedChildren));
        });
        foreach (var child in children)
            await RewindAsync(child, reason);
        return status;
    }

    private InstanceState NewInstance(string id, string name, string version, string? input)
    {
        var now = _time.GetUtcNow();
        var instance = new InstanceState
        {
            InstanceId = id,
            ExecutionId = Guid.NewGuid().ToString("N"),
            Name = name,
            Version = version,
            Input = input,
            Status = OrchestrationStatus.Pending,
            CreatedAt = Timestamp.FromDateTimeOffset(now),
            UpdatedAt = Timestamp.FromDateTimeOffset(now),
        };
        instance.Inbox.Add(HistoryEvents.ExecutionStarted(instance, now));
        return instance;
    }
}
