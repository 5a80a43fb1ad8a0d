using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MlServerless.Durable.Protocol;
using MlServerless.Functions.Orchestrations;
using MlServerless.Worker;
using MlServerless.Worker.Durable;
using MlServerless.Worker.Durable.Replay;
using MlServerless.Worker.Invocation;

namespace MlServerless.Functions.Tests.Orchestrations;

/// <summary>The engine's side of the app's orchestrators: leads one through a scenario, and gives a recorded history to the code of today.</summary>
internal static class OrchestratorEngine
{
    private const string Instance = "t-0123456789abcdef0123456789abcdef";
    private const string Input = $$"""{"pipeline":"churn","runId":"{{Instance}}","attempt":1}""";
    private const string BatchInput = """{"batchId":"b-0123456789abcdef0123456789abcdef","attempt":1}""";
    private const int MostTurns = 200;
    private static readonly DateTime Start = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ReplaySettings Settings = new(Json(), NullLoggerFactory.Instance, TimeSpan.FromDays(3));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <summary>The orchestrators of the app by name.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Orchestrators { get; } = typeof(TrainingPipelineV2).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(OrchestrationTriggerAttribute))))
        .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name, StringComparer.Ordinal);

    public static Orchestrator Find(string name)
    {
        MethodInfo method = Orchestrators[name];
        return new Orchestrator(name, async context => await (Task<string>)method.Invoke(Activator.CreateInstance(method.DeclaringType!), [context])!, typeof(string));
    }

    /// <summary>Leads an orchestrator from its start to its end.</summary>
    public static History Record(Scenario scenario)
    {
        Orchestrator orchestrator = Find(scenario.Orchestrator);
        var turns = new List<Turn>();
        List<HistoryEvent> past = [], fresh = [Started(scenario.Orchestrator)];
        List<(int Id, string Name)> tasks = [];
        List<(int Id, DateTime At)> timers = [];
        DateTime now = Start;
        while (turns.Count < MostTurns)
        {
            fresh.Insert(0, new HistoryEvent { EventId = -1, Timestamp = Timestamp.FromDateTime(now), OrchestratorStarted = new OrchestratorStartedEvent() });
            OrchestratorResponse response = Run(orchestrator, past, fresh);
            HistoryEvent[] confirmed = [.. response.Actions.Select(Confirmation).OfType<HistoryEvent>(), new HistoryEvent { EventId = -1, OrchestratorCompleted = new OrchestratorCompletedEvent() }];
            turns.Add(new Turn(ToJson(fresh), ToJson(response.Actions), ToJson(confirmed)));
            if (response.Actions.Any(action => action.CompleteOrchestration is not null))
                return new History(scenario.Orchestrator, scenario.Name, turns);
            past.AddRange(fresh);
            past.AddRange(confirmed);
            tasks.AddRange(response.Actions.Where(action => action.ScheduleTask is not null).Select(action => (action.Id, action.ScheduleTask.Name)));
            timers.AddRange(response.Actions.Where(action => action.CreateTimer is not null).Select(action => (action.Id, action.CreateTimer.FireAt.ToDateTime())));

            // All that is under way ends, in the order in which it began; timers wait until nothing else does.
            now = now.AddSeconds(1);
            fresh = [.. tasks.Select(task => Ended(task.Id, scenario.Next(task.Name)))];
            tasks.Clear();
            if (fresh.Count == 0)
            {
                (int id, DateTime at) = timers.MinBy(timer => timer.At);
                now = at > now ? at : now;
                fresh.Add(new HistoryEvent { EventId = -1, TimerFired = new TimerFiredEvent { TimerId = id, FireAt = Timestamp.FromDateTime(at) } });
                timers.RemoveAll(timer => timer.Id == id);
            }
        }

        throw new InvalidOperationException($"{scenario.Orchestrator} did not end in {scenario.Name}.");
    }

    /// <summary>Gives every turn of a history to an orchestrator, with all that was before it.</summary>
    /// <returns>The first turn that is answered otherwise than it was, and how; null where there is none.</returns>
    public static string? Replay(History history, Orchestrator orchestrator)
    {
        var past = new List<HistoryEvent>();
        foreach ((int number, Turn turn) in history.Turns.Index())
        {
            List<HistoryEvent> fresh = [.. turn.Events.Select(Parse)];
            JsonArray now = ToJson(Run(orchestrator, past, fresh).Actions);
            if (Differs(turn.Actions, now) is { } how)
                return $"turn {number + 1}: {how}\nthen {turn.Actions.ToJsonString()}\nnow  {now.ToJsonString()}";
            past.AddRange(fresh);
            past.AddRange(turn.Confirmed.Select(Parse));
        }

        return null;
    }

    private static string? Differs(JsonArray then, JsonArray now)
    {
        if (then.Count != now.Count)
            return $"{now.Count} actions instead of {then.Count}";
        for (int i = 0; i < then.Count; i++)
        {
            if (!Covers(Opened(then[i]), Opened(now[i])))
                return $"another action {i + 1}";
        }

        return null;
    }

    /// <summary>With the JSON of inputs and results as JSON.</summary>
    private static JsonNode? Opened(JsonNode? node)
    {
        JsonNode? copy = node?.DeepClone();
        foreach (string action in (string[])["scheduleTask", "completeOrchestration"])
        {
            foreach (string text in (string[])["input", "result"])
            {
                if (copy?[action]?[text] is JsonValue value)
                    copy[action]![text] = JsonNode.Parse(value.GetValue<string>());
            }
        }

        return copy;
    }

    /// <summary>Whether everything that was is still so; records may have gained members.</summary>
    private static bool Covers(JsonNode? then, JsonNode? now) => (then, now) switch
    {
        (JsonObject before, JsonObject after) => before.All(member => after.ContainsKey(member.Key) && Covers(member.Value, after[member.Key])),
        (JsonArray before, JsonArray after) => before.Count == after.Count && before.Zip(after).All(pair => Covers(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(then, now),
    };

    private static OrchestratorResponse Run(Orchestrator orchestrator, List<HistoryEvent> past, List<HistoryEvent> fresh)
    {
        var request = new OrchestratorRequest { InstanceId = Instance };
        request.PastEvents.AddRange(past);
        request.NewEvents.AddRange(fresh);
        return OrchestrationReplay.Run(request, orchestrator, Settings).Response;
    }

    private static JsonValues Json()
    {
        var options = new FunctionsOptions();
        options.JsonSerializerOptions.TypeInfoResolver = AppJson.Default;
        return new JsonValues(Options.Create(options));
    }

    private static HistoryEvent Started(string orchestrator) => new()
    {
        EventId = -1,
        Timestamp = Timestamp.FromDateTime(Start),
        ExecutionStarted = new ExecutionStartedEvent { Name = orchestrator, Input = orchestrator == nameof(BatchPipelineV1) ? BatchInput : Input, OrchestrationInstance = new OrchestrationInstance { InstanceId = Instance, ExecutionId = "e1" } },
    };

    private static HistoryEvent Ended(int id, Answer answer)
    {
        byte[] envelope = answer.Value is { } value
            ? ActivityEnvelope.Success(System.Text.Encoding.UTF8.GetBytes(value))
            : ActivityEnvelope.Failure(new Worker.Durable.TaskFailureDetails(answer.FailureType!, answer.Message!, null, false));
        return new HistoryEvent { EventId = -1, TaskCompleted = new TaskCompletedEvent { TaskScheduledId = id, Result = JsonSerializer.Serialize(System.Text.Encoding.UTF8.GetString(envelope)) } };
    }

    private static HistoryEvent? Confirmation(OrchestratorAction action) => action switch
    {
        { ScheduleTask: { } task } => new HistoryEvent { EventId = action.Id, TaskScheduled = new TaskScheduledEvent { Name = task.Name } },
        { CreateTimer: { } timer } => new HistoryEvent { EventId = action.Id, TimerCreated = new TimerCreatedEvent { FireAt = timer.FireAt } },
        _ => null,
    };

    private static JsonArray ToJson<T>(IEnumerable<T> messages)
        where T : IMessage => new([.. messages.Select(message => JsonNode.Parse(JsonFormatter.Default.Format(message)))]);

    private static HistoryEvent Parse(JsonNode? node) => Parser.Parse<HistoryEvent>(node!.ToJsonString());
}
