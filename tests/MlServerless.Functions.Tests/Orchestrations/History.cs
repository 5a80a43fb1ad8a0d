using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.Functions.Tests.Orchestrations;

/// <summary>The history of one orchestration from its start to its end, turn by turn, messages as protobuf writes them in JSON.</summary>
internal sealed record History(string Orchestrator, string Scenario, IReadOnlyList<Turn> Turns)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder { get; } = Repository.Path("tests", "MlServerless.Functions.Tests", "Orchestrations", "Histories");

    public string File => Path.Combine(Folder, $"{Orchestrator}.{Scenario}.json");

    public static History Read(string file)
    {
        JsonObject document = JsonNode.Parse(System.IO.File.ReadAllText(file))!.AsObject();
        return new History(
            document["orchestrator"]!.GetValue<string>(),
            document["scenario"]!.GetValue<string>(),
            [.. document["turns"]!.AsArray().Select(turn => new Turn(turn!["events"]!.AsArray(), turn["actions"]!.AsArray(), turn["confirmed"]!.AsArray()))]);
    }

    public void Write()
    {
        Directory.CreateDirectory(Folder);
        System.IO.File.WriteAllText(File, ToText());
    }

    public string ToText()
    {
        var turns = new JsonArray([.. Turns.Select(turn => new JsonObject { ["events"] = turn.Events.DeepClone(), ["actions"] = turn.Actions.DeepClone(), ["confirmed"] = turn.Confirmed.DeepClone() })]);
        return new JsonObject { ["orchestrator"] = Orchestrator, ["scenario"] = Scenario, ["turns"] = turns }.ToJsonString(Readable) + "\n";
    }
}
