using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.DevHost.Invocation;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>Calls an orchestrator with its history and writes what came of it.</summary>
internal sealed class OrchestrationRunner
{
    private static readonly Duration ReorderWindow = Duration.FromTimeSpan(TimeSpan.FromMinutes(30));
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TaskHub _hub;
    private readonly AppDefinition _app;
    private readonly FunctionInvoker _invoker;
    private readonly HostProfile _profile;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public OrchestrationRunner(
        TaskHub hub, AppDefinition app, FunctionInvoker invoker, HostProfile profile, TimeProvider time, ILogger log)
    {
        _hub = hub;
        _app = app;
        _invoker = invoker;
        _profile = profile;
        _time = time;
        _log = log;
    }

    public async Task RunAsync(string instanceId, CancellationToken stop)
    {
        var name = "";
        var turn = _hub.Read(state =>
        {
            if (state.Find(instanceId) is not { } instance || instance.Status.HasEnded() || instance.Inbox.Count + instance.Prepared.Count == 0)
                return null;
            name = instance.Name;
            return Begin(instance, _time.GetUtcNow(), _profile);
        });
        if (turn is null)
            return;

        OrchestratorResponse? response = null;
        TaskFailureDetails? failure = null;
        if (_app.Find(name, FunctionKind.Orchestration) is { } function)
        {
            (response, failure) = await CallAsync(function, turn, stop);
        }
        else
        {
            failure = new()
            {
                ErrorType = "System.ArgumentException",
                ErrorMessage = $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.",
            };
        }

        if (response is not null && response.Actions.Any(a => a.CompleteOrchestration?.FailureDetails.ForcesRetry() == true))
        {
            _log.LogWarning("Orchestration {Id} failed with an out-of-memory error; as on Azure the call is made again.", instanceId);
            await Task.Delay(RetryDelay, _time, stop);
            return;
        }

        await CommitAsync(turn, response, failure);
    }

    /// <summary>The call that is due for <paramref name="instance"/>: new events, and the request in the extension's shape.</summary>
    internal static Turn Begin(InstanceState instance, DateTimeOffset now, HostProfile profile)
    {
        var prepared = instance.Prepared.Count > 0;
        HistoryEvent[] newEvents = prepared ? [.. instance.Prepared] : [HistoryEvents.OrchestratorStarted(now), .. instance.Inbox];
        var request = new OrchestratorRequest
        {
            InstanceId = instance.InstanceId,
            EntityParameters = new() { EntityMessageReorderWindow = ReorderWindow },
        };
        request.PastEvents.Add(instance.History);
        request.NewEvents.Add(newEvents);
        if (profile.DurableV3)
        {
            // RemoteOrchestratorConfiguration of extension 3.x, as it travels in the properties.
            request.Properties["HttpDefaultAsyncRequestSleepTimeMilliseconds"] = Value.ForNumber(30000);
            request.Properties["IsExtendedSession"] = Value.ForBool(false);
            request.Properties["IncludeState"] = Value.ForBool(true);
            request.Properties["ExtendedSessionIdleTimeoutInSeconds"] = Value.ForNumber(0);
        }

        return new(instance.InstanceId, instance.ExecutionId, newEvents, prepared ? 0 : instance.Inbox.Count, request);
    }

    /// <summary>The invocation that carries <paramref name="request"/>.</summary>
    internal static InvocationPayload Payload(FunctionDefinition function, OrchestratorRequest request, DateTimeOffset now) => new InvocationPayload()
        .Data(function.Trigger.Name, InvocationPayload.Encoded(Convert.ToBase64String(request.ToByteArray())))
        .System(function.Name, now);

    private async Task<(OrchestratorResponse?, TaskFailureDetails?)> CallAsync(FunctionDefinition function, Turn turn, CancellationToken stop)
    {
        try
        {
            var result = await _invoker.InvokeAsync(function, Payload(function, turn.Request, _time.GetUtcNow()), stop);
            return (Parse(function, result), null);
        }
        catch (Exception e) when (e is InvocationException or HandlerUnavailableException && !stop.IsCancellationRequested)
        {
            _log.LogError("Orchestration {Id} has failed for good, because the call of {Function} failed: {Error}",
                turn.InstanceId, function.Name, e.InnerException?.Message ?? e.Message);
            var failure = FailureDetails.From(e);
            failure.ErrorMessage = $"Function '{function.Name}' failed with an unhandled exception. {failure.ErrorMessage}";
            return (null, failure);
        }
    }

    private static OrchestratorResponse Parse(FunctionDefinition function, InvocationResult result)
    {
        try
        {
            var text = result.ReturnValue.ValueKind == System.Text.Json.JsonValueKind.String ? result.ReturnValue.GetString()! : "";
            return text.Length > 0
                ? OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(text))
                : throw new InvalidOperationException("The function invocation resulted in a null response; ReturnValue must be a base64 OrchestratorResponse.");
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException or InvalidOperationException)
        {
            throw InvocationException.Failed(function.Name, e);
        }
    }

    private Task<bool> CommitAsync(Turn turn, OrchestratorResponse? response, TaskFailureDetails? failure) => _hub.CommitAsync(state =>
    {
        // Purged or replaced meanwhile: what the call answered concerns nobody.
        if (state.Find(turn.InstanceId) is not { } instance || instance.ExecutionId != turn.ExecutionId || instance.Status.HasEnded())
            return (null, false);
        TurnCompleted completed;
        try
        {
            completed = response is null
                ? TurnBuilder.FromFailure(turn, instance, failure!, _time.GetUtcNow())
                : TurnBuilder.FromResponse(
                    turn, instance, response, id => state.Find(id) is { } other && !other.Status.HasEnded(), _time.GetUtcNow());
        }
        catch (InvalidOperationException e)
        {
            _log.LogError("Orchestration {Id} has failed for good: {Error}", turn.InstanceId, e.Message);
            completed = TurnBuilder.FromFailure(turn, instance, FailureDetails.From(e), _time.GetUtcNow());
        }

        return (new JournalRecord { TurnCompleted = completed }, true);
    });
}
