using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Uploads that make one growing stream of data, what is told of them, and promises about them.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class WindowTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    [Fact]
    public async Task Uploads_OfAWindow_AreTrainedOnTogetherListedWithTheirLineageAndWatched()
    {
        JsonObject spec = Specs.Quick(SampleData.Churn);
        spec["data"] = new JsonObject { ["window"] = "all" };
        spec["source"] = new JsonObject { ["owner"] = "crm team", ["expectedEvery"] = "31.00:00:00" };
        spec["consumers"] = new JsonArray(new JsonObject { ["name"] = "billing", ["contact"] = "billing@example.com" });
        await App.PutPipelineAsync("windowed", spec);

        // All at once: the order of the names within a second, and of the seconds, is that of the months.
        Upload first = await Account.UploadAsync("windowed", "1.csv", SampleData.Churn.Month(0).Take(700).ToBytes());
        Upload refused = await Account.UploadAsync("windowed", "2.csv", "age,plan\n30,basic\n"u8.ToArray());
        Upload third = await Account.UploadAsync("windowed", "3.csv", SampleData.Churn.Month(1).Take(300).ToBytes());
        JsonObject alone = await App.WaitForCompletionAsync(first.RunId);
        Assert.Equal("rejected", (await App.WaitForEndAsync(refused.RunId)).Text("status"));
        JsonObject both = await App.WaitForCompletionAsync(third.RunId);
        Assert.Equal(alone.Text("uploadVersion"), alone.Text("dataVersion"));
        Assert.NotEqual(both.Text("uploadVersion"), both.Text("dataVersion"));
        Assert.Equal(2, both.Integer("window.uploads"));
        Assert.Equal(1_000, both.Integer("report.rows"));
        Assert.Equal(1, both.Objects("stages").Single(stage => stage.Text("name") == "compose").Integer("reused"));

        JsonObject newest = (await App.GetAsync("api/pipelines/windowed/data?limit=1")).Expect(200);
        JsonObject data = Assert.Single(newest.Objects("data"));
        Assert.Equal((third.Blob, "passed"), (data.Text("upload.blob"), data.Text("verdict")));
        Assert.Equal([both.Text("uploadVersion"), alone.Text("uploadVersion")], data.Texts("window.newest"));
        Assert.Equal(300, data.Integer("check.uploadRows"));
        Assert.Equal(both.Text("model.hash"), Assert.Single(data.Objects("models")).Text("hash"));
        JsonObject rest = (await App.GetAsync("api/pipelines/windowed/data?after=" + newest.Text("next"))).Expect(200);
        Assert.Equal(["blocked", "passed"], rest.Objects("data").Select(item => item.Text("verdict")));

        // The version of the window is one like others: for runs and for drift.
        string body = new JsonObject { ["dataVersion"] = both.Text("dataVersion") }.ToJsonString();
        JsonObject again = await App.WaitForCompletionAsync((await App.PostAsync("api/pipelines/windowed/runs", System.Text.Encoding.UTF8.GetBytes(body))).Expect(202).Text("runId"));
        Assert.Equal(both.Text("model.hash"), again.Text("model.hash"));
        Assert.Equal("dataVersion", (await App.DriftAsync("windowed", both.Text("dataVersion"))).Text("source.kind"));

        JsonObject alert = await WaitForAlertAsync();
        Assert.Equal(("shrinking", "open", "crm team"), (alert.Text("kind"), alert.Text("state"), alert.Text("owner")));
        Assert.Equal("billing@example.com", Assert.Single(alert.Objects("consumers")).Text("contact"));
        Assert.Equal(300, alert.Number("evidence.figures.rows"));
        Assert.Single((await App.GetAsync("api/pipelines/windowed/data")).Expect(200).Objects("openAlerts"));
        Assert.Empty((await App.GetAsync("api/alerts?pipeline=windowed&state=resolved")).Expect(200).Objects("alerts"));
    }

    [Theory]
    [InlineData("api/alerts?state=closed", "?state=open")]
    [InlineData("api/alerts?limit=0", "from 1 to 1000")]
    [InlineData("api/alerts?after=x", "'next'")]
    [InlineData("api/alerts?pipeline=No", "lower-case")]
    [InlineData("api/pipelines/window-requests/data?limit=a", "from 1 to 200")]
    [InlineData("api/pipelines/window-requests/data?after=x", "'next'")]
    public async Task List_WithAWrongQuery_IsABadRequest(string path, string mend)
    {
        await App.PutPipelineAsync("window-requests", Specs.Quick(SampleData.Churn));
        Assert.Contains(mend, (await App.GetAsync(path)).ExpectProblem(400).Text("detail"));
    }

    [Fact]
    public async Task List_OfAnUnknownPipeline_IsNotFound() => (await App.GetAsync("api/pipelines/nobody-knows/data")).ExpectProblem(404);

    private async Task<JsonObject> WaitForAlertAsync()
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            await App.FireAsync("WatchSources");
            IReadOnlyList<JsonObject> alerts = (await App.GetAsync("api/alerts?pipeline=windowed")).Expect(200).Objects("alerts");
            if (alerts.Count > 0)
                return Assert.Single(alerts);
            Assert.True(DateTime.UtcNow < limit, "No alert was opened");
            await Task.Delay(200);
        }
    }
}
