using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.EndToEnd.Support;
using MlServerless.Pipelines.Runs;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>
/// A run that is led by hand: the app's functions are called at its own port, as its host calls them, and every one of them twice at the same time.
/// </summary>
[Collection(UnwatchedAppCollection.Name)]
public sealed class SameActivityTwiceTests : AppTest, IDisposable
{
    private readonly HttpClient app = new();

    public SameActivityTwiceTests(UnwatchedApp fixture, ITestOutputHelper output)
        : base(fixture, output) => app.BaseAddress = Host.Output.App.Address;

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Activities_AllRunningTwiceAtTheSameTime_LeaveOneResult()
    {
        JsonObject spec = Specs.Trees(SampleData.Churn, rounds: 60);
        await App.PutPipelineAsync("twice", spec);
        SampleFile file = SampleData.Churn.Month(0);
        Upload upload = await Account.UploadAsync("twice", file.Name, file.Take(2_000).ToBytes());
        JsonObject run = await ClaimTwiceAsync(upload);

        JsonNode pinned = await TwiceAsync("Pin", "run", run);
        Assert.Equal(["trees"], pinned.Texts("candidates"));
        Assert.Equal(1, (await TwiceAsync("Ingest", "run", run)).GetValue<int>());
        JsonNode scan = await TwiceAsync("ScanPart", "input", new JsonObject { ["run"] = Copy(run), ["part"] = 0 });
        await UntilTwiceAsync("AwaitChecks", run);
        Assert.True((await TwiceAsync("Check", "input", new JsonObject { ["run"] = Copy(run), ["scans"] = new JsonArray(Copy(scan)) })).GetValue<bool>());
        await TwiceAsync("Prepare", "run", run);
        JsonNode trained = await TwiceAsync("Train", "input", new JsonObject { ["run"] = Copy(run), ["candidate"] = 0, ["name"] = "trees" });
        await TwiceAsync("Evaluate", "input", new JsonObject { ["run"] = Copy(run), ["trained"] = new JsonArray(Copy(trained)) });
        Assert.True((await TwiceAsync("Package", "run", run)).GetValue<long>() > 0);
        Assert.Equal(1, (await TwiceAsync("Register", "run", run)).GetValue<int>());
        Assert.True((await TwiceAsync("AwaitTurn", "run", run)).GetValue<bool>());
        Assert.True((await TwiceAsync("Promote", "run", run)).GetValue<bool>());
        await OnceMayBeLateAsync("Complete", run);

        JsonObject ended = await App.WaitForCompletionAsync(upload.RunId);
        Assert.Equal(trained.Text("modelHash"), ended.Text("model.hash"));
        Assert.True(ended.Flag("promotion.promoted"));
        Assert.All(ended.Texts("promotion.reasons"), reason => Assert.StartsWith("passed: ", reason));
        await Leftovers.NoneAsync(Account, upload);
        await IsWhatAHostMakesAsync(spec, file, ended);
    }

    /// <summary>The event, twice at the same time: one of the two is told to start the orchestration, which nobody does here.</summary>
    private async Task<JsonObject> ClaimTwiceAsync(Upload upload)
    {
        string body = Envelope("OnUpload", "message", upload.ToEvent("7f5f0b1c-0000-4000-8000-000000000005"));
        JsonObject[] answers = await Task.WhenAll(PostAsync("OnUpload", body), PostAsync("OnUpload", body));
        JsonObject start = Assert.Single(answers, answer => answer.Find("Outputs.starter") is not null).At("Outputs.starter").AsObject();
        Assert.Equal("TrainingPipelineV2", start.Text("FunctionName"));
        Assert.Equal(upload.RunId, start.Text("InstanceId"));
        return JsonSerializer.SerializeToNode(new RunRef(upload.Pipeline, upload.RunId, 1), JsonSerializerOptions.Web)!.AsObject();
    }

    /// <returns>What both gave.</returns>
    private async Task<JsonNode> TwiceAsync(string function, string binding, JsonNode input)
    {
        string body = Envelope(function, binding, input.ToJsonString());
        JsonObject[] results = await Task.WhenAll(CallAsync(function, body), CallAsync(function, body));
        Assert.All(results, result => Assert.True(result.Flag("ok"), $"{function}: {result.ToJsonString()}"));
        Assert.Equal(results[0].ToJsonString(), results[1].ToJsonString());
        return results[0].At("value");
    }

    /// <summary>Asks until both say yes.</summary>
    private async Task UntilTwiceAsync(string function, JsonNode input)
    {
        string body = Envelope(function, "run", input.ToJsonString());
        DateTime limit = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            JsonObject[] results = await Task.WhenAll(CallAsync(function, body), CallAsync(function, body));
            Assert.All(results, result => Assert.True(result.Flag("ok"), $"{function}: {result.ToJsonString()}"));
            if (results.All(result => result.Flag("value")))
                return;
            Assert.True(DateTime.UtcNow < limit, $"{function} never said yes");
            await Task.Delay(200);
        }
    }

    /// <summary>The last step ends the run; whoever comes after the end is told so.</summary>
    private async Task OnceMayBeLateAsync(string function, JsonNode input)
    {
        string body = Envelope(function, "run", input.ToJsonString());
        JsonObject[] results = await Task.WhenAll(CallAsync(function, body), CallAsync(function, body));
        Assert.Contains(results, result => result.Flag("ok"));
        Assert.All(results, result => Assert.True(result.Flag("ok") || result.ToJsonString().Contains("it has ended as Completed", StringComparison.Ordinal), result.ToJsonString()));
    }

    /// <summary>The same data through the queue and the host's orchestration.</summary>
    private async Task IsWhatAHostMakesAsync(JsonObject spec, SampleFile file, JsonObject ended)
    {
        await App.PutPipelineAsync("once", spec);
        Upload upload = await Account.UploadAsync("once", file.Name, file.Take(2_000).ToBytes());
        await Account.SendEventAsync(upload.ToEvent("7f5f0b1c-0000-4000-8000-000000000006"));
        JsonObject run = await App.WaitForCompletionAsync(upload.RunId);
        Assert.Equal(run.Text("model.hash"), ended.Text("model.hash"));
        Assert.Equal(run.Text("dataVersion"), ended.Text("dataVersion"));
        Assert.Equal(run.Text("holdOut.scoresHash"), ended.Text("holdOut.scoresHash"));
    }

    /// <summary>An activity's result: <c>ok</c> with a value or not with the failure, as JSON in a string.</summary>
    private async Task<JsonObject> CallAsync(string function, string body) =>
        JsonNode.Parse((await PostAsync(function, body)).Text("ReturnValue"))!.AsObject();

    private async Task<JsonObject> PostAsync(string function, string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await app.PostAsync(new Uri(function, UriKind.Relative), content);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{function} answered {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>An invocation as the host posts it: the text is a JSON string inside a JSON string.</summary>
    private static string Envelope(string function, string binding, string text) => new JsonObject
    {
        ["Data"] = new JsonObject { [binding] = JsonValue.Create(text).ToJsonString() },
        ["Metadata"] = new JsonObject { ["DequeueCount"] = "1", ["Id"] = "\"by-hand\"", ["sys"] = new JsonObject { ["MethodName"] = function } },
    }.ToJsonString();

    private static JsonNode Copy(JsonNode node) => node.DeepClone();
}
