using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Runs that are started by request.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class StartRunTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    [Fact]
    public async Task StartRun_OnAnOlderOrTheNewestDataVersion_Completes()
    {
        await App.PutPipelineAsync("requested", Specs.Quick(SampleData.Churn));
        Assert.Contains("incoming/requested/", (await StartAsync("{}")).ExpectProblem(409).Text("detail"));
        JsonObject old = await RunAsync(0);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        JsonObject newest = await RunAsync(1);

        JsonObject accepted = (await StartAsync("{}")).Expect(202);
        Assert.Equal(newest.Text("dataVersion"), accepted.Text("dataVersion"));
        JsonObject again = await App.WaitForCompletionAsync(accepted.Text("runId"));
        Assert.Equal("request", again.Text("trigger"));
        Assert.Equal(newest.Text("dataVersion"), again.Text("dataVersion"));
        Assert.Equal(newest.Text("model.hash"), again.Text("model.hash"));
        Assert.Equal(newest.Integer("model.version"), again.Integer("model.version"));

        JsonObject chosen = (await StartAsync(new JsonObject { ["dataVersion"] = old.Text("dataVersion") }.ToJsonString())).Expect(202);
        JsonObject older = await App.WaitForCompletionAsync(chosen.Text("runId"));
        Assert.Equal(old.Text("model.hash"), older.Text("model.hash"));
        Assert.Equal(2, (await App.ModelAsync("requested")).Objects("versions").Count);
    }

    [Fact]
    public async Task StartRun_WithAnIdempotencyKey_IsOneRunPerKey()
    {
        await App.PutPipelineAsync("requested-once", Specs.Quick(SampleData.Churn));
        await App.WaitForCompletionAsync((await Account.UploadAsync("requested-once", "a.csv", SampleData.Churn.Month(0).Take(600).ToBytes())).RunId);

        ApiAnswer[] same = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync("{}", "requested-once", "key-1")));
        string id = Assert.Single(same.Select(answer => answer.Expect(202).Text("runId")).Distinct());
        Assert.All(same, answer => Assert.Equal($"/api/runs/{id}", answer.Headers.Location?.OriginalString));
        JsonObject other = (await StartAsync("{}", "requested-once", "key-2")).Expect(202);
        Assert.NotEqual(id, other.Text("runId"));
        await App.WaitForCompletionAsync(id);
        await App.WaitForCompletionAsync(other.Text("runId"));
        Assert.Equal(id, (await StartAsync("{}", "requested-once", "key-1")).Expect(202).Text("runId"));
        Assert.Equal(3, (await App.RunsAsync("requested-once")).Count);
    }

    private async Task<JsonObject> RunAsync(int month)
    {
        SampleFile file = SampleData.Churn.Month(month);
        return await App.WaitForCompletionAsync((await Account.UploadAsync("requested", file.Name, file.Take(600).ToBytes())).RunId);
    }

    private Task<ApiAnswer> StartAsync(string body, string pipeline = "requested", string? key = null) => App.SendAsync(
        HttpMethod.Post, $"api/pipelines/{pipeline}/runs", System.Text.Encoding.UTF8.GetBytes(body), headers: key is null ? [] : [("Idempotency-Key", key)]);
}
