using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>An instance as the durable HTTP API shows it.</summary>
internal static class InstanceJson
{
    public static JsonObject Status(InstanceState instance, bool showInput, bool showHistory, bool showHistoryOutput)
    {
        var failed = instance.Failure is { } failure ? $"{failure.ErrorType}: {failure.ErrorMessage}" : null;
        var json = new JsonObject
        {
            ["name"] = instance.Name,
            ["instanceId"] = instance.InstanceId,
            ["runtimeStatus"] = instance.Status.ToString(),
            ["input"] = showInput ? Value(instance.Input) : null,
            ["customStatus"] = Value(instance.CustomStatus),
            ["output"] = instance.Output is { } output ? Value(output) : failed,
            ["createdTime"] = Seconds(instance.CreatedAt),
            ["lastUpdatedTime"] = Seconds(instance.UpdatedAt),
        };
        if (showHistory)
            json["historyEvents"] = History(instance.History, showHistoryOutput);
        return json;
    }

    /// <summary>What happened, in the extension's selection: an activity shows once, when it has ended.</summary>
    private static JsonArray History(IEnumerable<HistoryEvent> history, bool showOutput)
    {
        var scheduled = new Dictionary<int, (string Name, Timestamp At)>();
        var shown = new JsonArray();
        foreach (var e in history)
        {
            switch (e.EventTypeCase)
            {
                case HistoryEvent.EventTypeOneofCase.TaskScheduled:
                    scheduled[e.EventId] = (e.TaskScheduled.Name, e.Timestamp);
                    break;
                case HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCreated:
                    scheduled[e.EventId] = (e.SubOrchestrationInstanceCreated.Name, e.Timestamp);
                    break;
                case HistoryEvent.EventTypeOneofCase.OrchestratorStarted or HistoryEvent.EventTypeOneofCase.OrchestratorCompleted:
                    break;
                default:
                    shown.Add((JsonNode)Event(e, scheduled, showOutput));
                    break;
            }
        }

        return shown;
    }

    private static JsonObject Event(HistoryEvent e, Dictionary<int, (string Name, Timestamp At)> scheduled, bool showOutput)
    {
        var json = new JsonObject { ["EventType"] = e.EventTypeCase.ToString(), ["Timestamp"] = Exact(e.Timestamp) };
        void Ended(int id, string? result, TaskFailureDetails? failure)
        {
            if (scheduled.TryGetValue(id, out var start))
            {
                json["ScheduledTime"] = Exact(start.At);
                json["FunctionName"] = start.Name;
            }

            if (showOutput && result is not null)
                json["Result"] = Value(result);
            if (failure is not null)
                json["FailureDetails"] = Failure(failure);
        }

        switch (e.EventTypeCase)
        {
            case HistoryEvent.EventTypeOneofCase.ExecutionStarted:
                json["FunctionName"] = e.ExecutionStarted.Name;
                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionCompleted:
                json["OrchestrationStatus"] = e.ExecutionCompleted.OrchestrationStatus.ToString();
                Ended(-1, e.ExecutionCompleted.Result, e.ExecutionCompleted.FailureDetails);
                break;
            case HistoryEvent.EventTypeOneofCase.TaskCompleted:
                Ended(e.TaskCompleted.TaskScheduledId, e.TaskCompleted.Result, null);
                break;
            case HistoryEvent.EventTypeOneofCase.TaskFailed:
                Ended(e.TaskFailed.TaskScheduledId, null, e.TaskFailed.FailureDetails);
                break;
            case HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCompleted:
                Ended(e.SubOrchestrationInstanceCompleted.TaskScheduledId, e.SubOrchestrationInstanceCompleted.Result, null);
                break;
            case HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceFailed:
                Ended(e.SubOrchestrationInstanceFailed.TaskScheduledId, null, e.SubOrchestrationInstanceFailed.FailureDetails);
                break;
            case HistoryEvent.EventTypeOneofCase.TimerCreated:
                json["FireAt"] = Exact(e.TimerCreated.FireAt);
                break;
            case HistoryEvent.EventTypeOneofCase.TimerFired:
                json["FireAt"] = Exact(e.TimerFired.FireAt);
                break;
            case HistoryEvent.EventTypeOneofCase.EventRaised:
                json["Name"] = e.EventRaised.Name;
                if (showOutput)
                    json["Input"] = Value(e.EventRaised.Input);
                break;
            case HistoryEvent.EventTypeOneofCase.EventSent:
                json["Name"] = e.EventSent.Name;
                json["InstanceId"] = e.EventSent.InstanceId;
                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionTerminated:
                json["Reason"] = e.ExecutionTerminated.Input;
                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionSuspended:
                json["Reason"] = e.ExecutionSuspended.Input;
                break;
            case HistoryEvent.EventTypeOneofCase.ExecutionResumed:
                json["Reason"] = e.ExecutionResumed.Input;
                break;
        }

        return json;
    }

    private static JsonObject Failure(TaskFailureDetails failure) => new()
    {
        ["ErrorType"] = failure.ErrorType,
        ["ErrorMessage"] = failure.ErrorMessage,
        ["IsNonRetriable"] = failure.IsNonRetriable,
        ["InnerFailure"] = failure.InnerFailure is { } inner ? Failure(inner) : null,
    };

    /// <summary>JSON as JSON; any other text as a string.</summary>
    private static JsonNode? Value(string? text)
    {
        if (text is null)
            return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Seconds(Timestamp time) => time.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Exact(Timestamp time) => time.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
