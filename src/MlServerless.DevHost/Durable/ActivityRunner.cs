using System.Text.Json;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.DevHost.Invocation;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>Calls activities and tells their orchestration how they ended.</summary>
internal sealed class ActivityRunner
{
    private readonly TaskHub _hub;
    private readonly AppDefinition _app;
    private readonly FunctionInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public ActivityRunner(TaskHub hub, AppDefinition app, FunctionInvoker invoker, TimeProvider time, ILogger log)
    {
        _hub = hub;
        _app = app;
        _invoker = invoker;
        _time = time;
        _log = log;
    }

    public async Task RunAsync(WorkKey key, CancellationToken stop)
    {
        var activity = _hub.Read(state => state.Find(key.InstanceId)?.Activities
            .FirstOrDefault(a => a.ExecutionId == key.ExecutionId && a.TaskId == key.Id));
        if (activity is null)
            return;
        var ended = await CallAsync(key, activity, stop);
        await _hub.CommitAsync(_ => (new JournalRecord
        {
            ActivityCompleted = new() { InstanceId = key.InstanceId, ExecutionId = key.ExecutionId, TaskId = key.Id, Event = ended },
        }, true));
    }

    /// <summary>The invocation of an activity, in the extension's shape.</summary>
    internal static InvocationPayload Payload(FunctionDefinition function, string instanceId, string? input, DateTimeOffset now)
    {
        var payload = new InvocationPayload();
        var name = function.Trigger.Name;
        if (input is null)
        {
            return payload.Data(name, "\"null\"")
                .Metadata("instanceId", InvocationPayload.Encoded(instanceId))
                .System(function.Name, now);
        }

        var (compact, isObject) = Normalize(input);
        return payload.Data(name, InvocationPayload.Encoded(compact))
            .Metadata("instanceId", InvocationPayload.Encoded(instanceId))
            .Metadata(name, InvocationPayload.Encoded(compact))
            .Metadata("data", isObject ? compact : NewtonsoftJson.Quote(compact))
            .System(function.Name, now)
            .TopLevelOf(compact);
    }

    private async Task<HistoryEvent> CallAsync(WorkKey key, PendingActivity activity, CancellationToken stop)
    {
        if (_app.Find(activity.Name, FunctionKind.Activity) is not { } function)
        {
            _log.LogError("Orchestration {Id} called the activity '{Name}', which does not exist.", key.InstanceId, activity.Name);
            return HistoryEvents.TaskFailed(key.Id, null, _time.GetUtcNow());
        }

        try
        {
            var result = await _invoker.InvokeAsync(function, Payload(function, key.InstanceId, activity.Input, _time.GetUtcNow()), stop);
            var value = result.ReturnValue.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
                ? null
                : NewtonsoftJson.Serialize(result.ReturnValue, datesAsTimes: true);
            return HistoryEvents.TaskCompleted(key.Id, value, _time.GetUtcNow());
        }
        catch (Exception e) when (e is InvocationException or HandlerUnavailableException && !stop.IsCancellationRequested)
        {
            _log.LogError("Activity {Name} of orchestration {Id} failed: {Error}", activity.Name, key.InstanceId, e.InnerException?.Message ?? e.Message);
            return HistoryEvents.TaskFailed(key.Id, FailureDetails.From(e), _time.GetUtcNow());
        }
    }

    private static (string Compact, bool IsObject) Normalize(string input)
    {
        try
        {
            using var document = JsonDocument.Parse(input);
            return (NewtonsoftJson.Serialize(document.RootElement, datesAsTimes: false), document.RootElement.ValueKind == JsonValueKind.Object);
        }
        catch (JsonException)
        {
            // What is no JSON is passed as a JSON string.
            return (NewtonsoftJson.Quote(input), false);
        }
    }
}
