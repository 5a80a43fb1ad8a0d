using System.Text.Json;
using Google.Protobuf;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Tests.Exchanges;

/// <summary>Answers the orchestrator calls that were not recorded: calls activities one after the other, then completes.</summary>
internal sealed class OrchestratorScript
{
    /// <summary>Stands for the result of the activity before.</summary>
    public const string Previous = "<previous>";

    private static readonly Dictionary<string, (string Activity, string? Input)[]> Scripts = new()
    {
        ["OrchSeq"] = [],
        ["OrchAll"] = [("ActNull", "\"{\\\"json\\\":\\\"in a string\\\"}\""), ("ActB64", null), ("ActA", null)],
        ["OrchFail"] = [("ActA", "\"in\""), ("ActFail", Previous)],
        ["OrchReason"] = [("ActReason", "\"in\"")],
        ["OrchBadJson"] = [("ActBadJson", "\"in\"")],
        ["OrchNoSuch"] = [("ActNoSuch", "\"in\"")],
        ["OrchCallsSlow"] = [("ActSlow", "1")],
        ["OrchCallsCrash"] = [("ActCrash", "1")],
        ["OrchChild"] = [("ActB", "\"to child\"")],
    };

    public static string? Answer(SentRequest request)
    {
        var function = request.Path.TrimStart('/');
        if (!request.Body.Contains("\"context\":", StringComparison.Ordinal))
            return function switch
            {
                // The second delivery of this message was not recorded; it fails like the first.
                "QueueFn" when request.Body.Contains("badjson", StringComparison.Ordinal) => "not json",
                // The first delivery of the message whose second one was recorded.
                "QueueFn" when request.Body.Contains("empty", StringComparison.Ordinal) => "",
                "ActA" => Invocation("""{"fromA":[1,2,3],"ok":true}"""),
                "ActB" => Invocation("\"plain string from B\""),
                "ActNull" or "ActB64" or "HttpForward" or "QueueFn" => Invocation("null"),
                _ => null,
            };

        using var body = JsonDocument.Parse(request.Body);
        var context = JsonSerializer.Deserialize<string>(body.RootElement.GetProperty("Data").GetProperty("context").GetString()!)!;
        var call = OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(context));
        var response = new OrchestratorResponse { InstanceId = call.InstanceId };
        var events = call.PastEvents.Concat(call.NewEvents).ToList();
        if (function == "OrchWait" || (function == "OrchFanout" && events.Count(e => e.TaskCompleted is not null) < 5))
            return Invocation(JsonSerializer.Serialize(Convert.ToBase64String(response.ToByteArray())));

        var ended = events.Where(e => e.TaskCompleted is not null || e.TaskFailed is not null).ToList();
        var last = ended.LastOrDefault()?.TaskCompleted?.Result;
        var script = Scripts.GetValueOrDefault(function, []);
        if (ended.Count < script.Length)
        {
            var (activity, input) = script[ended.Count];
            response.Actions.Add(new OrchestratorAction
            {
                Id = ended.Count, ScheduleTask = new() { Name = activity, Input = input == Previous ? last : input },
            });
        }
        else
        {
            response.Actions.Add(new OrchestratorAction
            {
                Id = 1000,
                CompleteOrchestration = new()
                {
                    OrchestrationStatus = OrchestrationStatus.Completed,
                    Result = function == "OrchChild" ? JsonSerializer.Serialize(new[] { last }) : "true",
                },
            });
        }

        return Invocation(JsonSerializer.Serialize(Convert.ToBase64String(response.ToByteArray())));
    }

    private static string Invocation(string returnValue) => $$"""{"Outputs":{},"Logs":[],"ReturnValue":{{returnValue}}}""";
}
