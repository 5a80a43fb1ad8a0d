using System.Text.Json.Nodes;
using MlServerless.Samples;

namespace MlServerless.EndToEnd.Support;

/// <summary>Pipeline specs of the tests: those of the samples, made as small as a test can do with.</summary>
internal static class Specs
{
    public static JsonObject Of(SampleDataSet sample) => JsonNode.Parse(sample.ReadPipelineSpec())!.AsObject();

    /// <summary>The sample's spec with one candidate that is trained in no time, and with gates that any model passes.</summary>
    public static JsonObject Quick(SampleDataSet sample) => With(Of(sample), new JsonObject { ["name"] = "linear", ["trainer"] = "linear" });

    /// <summary>The sample's spec with one boosted candidate of so many rounds, and with gates that any model passes.</summary>
    public static JsonObject Trees(SampleDataSet sample, int rounds, int leaves = 15) => With(Of(sample), new JsonObject
    {
        ["name"] = "trees",
        ["trainer"] = "gbdt",
        ["parameters"] = new JsonObject { ["rounds"] = rounds, ["maxLeaves"] = leaves, ["learningRate"] = 0.05 },
    });

    /// <summary>The sample's spec with one candidate whose training takes seconds and writes a checkpoint after every tenth of it.</summary>
    public static JsonObject Slow(SampleDataSet sample)
    {
        JsonObject spec = Trees(sample, rounds: 900, leaves: 31);
        spec["candidates"]![0]!["parameters"]!["earlyStoppingRounds"] = 0;
        return spec;
    }

    private static JsonObject With(JsonObject spec, JsonObject candidate)
    {
        spec["candidates"] = new JsonArray(candidate);
        spec["gates"] = new JsonObject { ["minGain"] = 0.0, ["significance"] = "none" };
        spec["checks"] = new JsonObject { ["minimumRows"] = 100 };
        return spec;
    }
}
