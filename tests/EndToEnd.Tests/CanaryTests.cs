using System.Text;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Soak.Serving;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>A challenger scores what was captured; then it answers a part of the calls, and becomes champion. All over HTTP.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class CanaryTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const string Model = "canaries";
    private const string Who = "\"who\":\"ada\",\"why\":\"a new model\"";

    private Task<ApiAnswer> PutAsync(string path, string body) => App.SendAsync(HttpMethod.Put, path, Encoding.UTF8.GetBytes(body));

    private async Task<string> VersionAsync(string entity)
    {
        ApiAnswer answer = await App.SendAsync(HttpMethod.Post, $"api/models/{Model}/predict", SwappedModel.Row(3), null, ("x-entity-key", entity));
        Assert.Equal(answer.Expect(200).Integer("version").ToString(System.Globalization.CultureInfo.InvariantCulture), Assert.Single(answer.Headers.GetValues("x-model-version")));
        return answer.Headers.GetValues("x-model-version").Single();
    }

    [Fact]
    public async Task Challenger_BecomesCanaryAndChampion()
    {
        await SwappedModel.CreateAsync(Account.Storage, Model, 2, TimeSpan.FromDays(1));
        (await App.GetAsync($"api/models/{Model}/capture")).ExpectProblem(404, "capture");
        Assert.Equal(30, (await PutAsync($"api/models/{Model}/capture", $"{{\"sample\":1,\"mask\":[\"c\"],{Who}}}")).Expect(200).Integer("days"));
        JsonObject answer = await App.PredictAsync(Model, Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 60).Select(row => Encoding.UTF8.GetString(SwappedModel.Row(row)))) + "]"));
        JsonArray feedback = [.. answer.Objects("predictions").Select((prediction, i) => new JsonObject { ["id"] = prediction.Text("id"), ["label"] = i % 2 == 0 ? "yes" : "no" })];
        (await App.PostAsync($"api/models/{Model}/feedback", feedback)).Expect(200);
        JsonObject comparison = (await App.PostAsync($"api/models/{Model}/challengers/2", new JsonObject())).Expect(200);
        Assert.Equal((1, 2, 60), (comparison.Integer("championVersion"), comparison.Integer("challengerVersion"), comparison.Integer("rows")));
        Assert.Equal(60, comparison.Integer("championPerformance.labels"));
        Assert.Equal(["c"], comparison.Texts("masked"));
        Assert.Equal(comparison.ToJsonString(), (await App.GetAsync($"api/models/{Model}/challengers/2")).Expect(200).ToJsonString());
        Assert.Single((await App.GetAsync($"api/models/{Model}/challengers")).Expect(200).Objects("challengers"));

        (await PutAsync($"api/models/{Model}/canary", $"{{\"version\":2,\"percent\":500,\"bake\":\"soon\",{Who}}}")).ExpectProblem(400, "$.percent", "$.bake");
        JsonObject canary = (await PutAsync($"api/models/{Model}/canary", $"{{\"version\":2,\"percent\":40,\"bake\":\"01:00:00\",\"minimumRequests\":10,{Who}}}")).Expect(200);
        Assert.Equal("baking", canary.Text("verdict"));
        var versions = new Dictionary<string, string>();
        for (int i = 0; i < 60; i++)
            versions[$"e{i}"] = await VersionAsync($"e{i}");
        Assert.Equal(["1", "2"], versions.Values.Distinct().Order());
        Assert.Equal(versions["e7"], await VersionAsync("e7"));
        Assert.InRange((await App.GetAsync($"api/models/{Model}/canary")).Expect(200).Integer("canary.requests"), 10, 40);

        // Now it has baked; the watch also looks by itself every minute.
        await PutAsync($"api/models/{Model}/canary", $"{{\"version\":2,\"percent\":40,\"bake\":\"00:00:00\",\"minimumRequests\":10,{Who}}}");
        await App.FireAsync("WatchCanaries");
        for (DateTime limit = DateTime.UtcNow.AddSeconds(30); (await App.GetAsync($"api/models/{Model}/canary")).Status != 404; await Task.Delay(100))
            Assert.True(DateTime.UtcNow < limit, "The canary was not promoted.");
        Assert.Equal("2", await VersionAsync(versions.First(pair => pair.Value == "1").Key));
        JsonObject[] history = [.. (await App.GetAsync($"api/models/{Model}/history")).Expect(200).Objects("history")];
        Assert.Equal(["canary", "champion", "canary", "canary", "champion"], history.Select(entry => entry.Text("alias")));
        Assert.True((await App.GetAsync($"api/models/{Model}/history/verify")).Expect(200).Flag("intact"));
        Assert.Equal(204, (await App.SendAsync(HttpMethod.Delete, $"api/models/{Model}/capture", Encoding.UTF8.GetBytes($"{{{Who},\"forget\":true}}"))).Status);
        (await App.PostAsync($"api/models/{Model}/challengers/1", new JsonObject())).ExpectProblem(404, "captured");
    }
}
