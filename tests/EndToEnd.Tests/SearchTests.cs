using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

[Collection(SharedAppCollection.Name)]
public sealed class SearchTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const string Impossible = """{"name":"NAME","trainer":"gbdt","parameters":{"weightColumn":"no_such_column"}}""";

    [Fact]
    public async Task Search_TrialsAndOneThatFails_AreRankedAndTheBestIsRegistered()
    {
        JsonObject run = await RunAsync("search-grid", """
            [
              {"name":"broken","trainer":"gbdt","parameters":{"weightColumn":"no_such_column"}},
              {"name":"trees","trainer":"gbdt","parameters":{"learningRate":0.3},"search":{"kind":"grid","parameters":{"rounds":[1,20]}}},
              {"name":"drawn","trainer":"linear","search":{"kind":"random","trials":2,"parameters":{"l2":{"min":0.01,"max":100,"scale":"log"}}}}
            ]
            """);
        Assert.Equal("completed", run.Text("status"));
        IReadOnlyList<JsonObject> candidates = run.Objects("candidates");
        Assert.Equal(["broken", "trees-1", "trees-2", "drawn-1", "drawn-2"], candidates.Select(candidate => candidate.Text("name")));
        Assert.Contains("no_such_column", candidates[0]["error"]!["message"]!.GetValue<string>());
        Assert.Null(candidates[0]["rank"]);
        Assert.Equal([1, 2, 3, 4], candidates.Skip(1).Select(candidate => candidate["rank"]!.GetValue<int>()).Order());
        Assert.Equal(20, candidates[2]["parameters"]!["rounds"]!.GetValue<int>());
        JsonObject best = candidates.Single(candidate => candidate["rank"]?.GetValue<int>() == 1);
        Assert.Equal(best.Text("name"), run.Text("chosen"));
        Assert.Equal(candidates.Skip(1).Min(candidate => candidate["metrics"]!["rmse"]!.GetValue<double>()), best["metrics"]!["rmse"]!.GetValue<double>());
    }

    [Fact]
    public async Task Search_NothingCanBeTrained_FailsWithEveryReason()
    {
        JsonObject run = await RunAsync("search-broken", $"[{Impossible.Replace("NAME", "one", StringComparison.Ordinal)},{Impossible.Replace("NAME", "two", StringComparison.Ordinal)}]");
        Assert.Equal("failed", run.Text("status"));
        string message = run["error"]!["message"]!.GetValue<string>();
        Assert.Contains("'one'", message);
        Assert.Contains("'two'", message);
        Assert.Contains("no_such_column", message);
    }

    private async Task<JsonObject> RunAsync(string pipeline, string candidates)
    {
        SampleDataSet sample = SampleData.All.Single(sample => sample.Name == "house-prices");
        JsonObject spec = Specs.Quick(sample);
        spec["candidates"] = JsonNode.Parse(candidates);
        await App.PutPipelineAsync(pipeline, spec);
        Upload upload = await Account.UploadAsync(pipeline, "1.csv", sample.Month(0).Take(800).ToBytes());
        return await App.WaitForEndAsync(upload.RunId);
    }
}
