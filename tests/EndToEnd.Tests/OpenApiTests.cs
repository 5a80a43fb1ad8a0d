using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>The app through its own description: every documented call is made, and every answer, refusals included, must be as the document says.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class OpenApiTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const string Pipeline = "documented";
    private const int Rows = 2_000;

    private readonly SampleDataSet sample = SampleData.Churn;

    [Fact]
    public async Task EveryCall_AnswersAsItsDocumentSays()
    {
        DocumentedApi api = await DocumentedApi.ReadAsync(App);
        (JsonObject first, JsonObject second) = await MakeRunsAsync(api);
        await RunsAsync(api, first, second);
        await DataAsync(api, first, second);
        await ModelsAsync(api, second);
        await PredictionsAsync(api);
        await TrialsAsync(api, second);
        await ServerAsync(api);
        await ApprovalAsync(api);
        await RefusalsAsync(api, first);
        await EraseAsync(api);

        Assert.True(api.Faults.Count == 0, string.Join('\n', api.Faults));
        string[] missing = [.. api.Calls.Where(call => !api.Answered.Any(answered => answered.StartsWith(call + " 2", StringComparison.Ordinal)))];
        Assert.True(missing.Length == 0, $"Never answered with success: {string.Join(", ", missing)}");
    }

    private async Task<(JsonObject First, JsonObject Second)> MakeRunsAsync(DocumentedApi api)
    {
        await api.SendAsync(HttpMethod.Put, $"api/pipelines/{Pipeline}", Specs.Quick(sample), 201);
        await api.SendAsync(HttpMethod.Put, $"api/pipelines/{Pipeline}", Specs.Trees(sample, rounds: 15), 200);
        var ended = new List<JsonObject>();
        for (int month = 0; month < 2; month++)
        {
            Upload upload = await Account.UploadAsync(Pipeline, $"{month}.csv", sample.Month(month).Take(Rows).ToBytes());
            ended.Add(await App.WaitForCompletionAsync(upload.RunId));
        }

        return (ended[0], ended[1]);
    }

    private async Task RunsAsync(DocumentedApi api, JsonObject first, JsonObject second)
    {
        string a = first.Text("id"), b = second.Text("id");
        await api.GetAsync($"api/runs?pipeline={Pipeline}&auc>0.1&limit=1");
        await api.GetAsync($"api/runs/{a}");
        await api.GetAsync($"api/runs/{a}/manifest");
        await api.GetAsync($"api/pipelines/{Pipeline}/runs");

        JsonObject diff = (await api.GetAsync($"api/runs/{a}/diff/{b}")).Json;
        Assert.Equal(b, diff.Text("holdOut.of"));
        Assert.Equal(second.Number("holdOut.metrics.auc"), diff.Objects("metrics").Single(metric => metric.Text("metric") == "auc").Number("b.value"));
        Assert.True(diff.Integer("predictions.changed") > 0);
        await api.GetAsync($"api/runs/{a}/diff/{new string('0', 32)}", 400);
        await api.GetAsync($"api/runs/{a}/diff/t-{new string('0', 32)}", 404);

        string verifying = (await api.PostAsync($"api/runs/{a}/verify", null, 202)).Json.Text("runId");
        Assert.Equal("identical", (await App.WaitForCompletionAsync(verifying)).Text("verification.verdict"));
        await api.GetAsync($"api/runs/{verifying}");
        string tried = (await api.PostAsync($"api/pipelines/{Pipeline}/experiments", new JsonObject { ["spec"] = Specs.Quick(sample) }, 202)).Json.Text("runId");
        await App.WaitForCompletionAsync(tried);
        string again = (await api.PostAsync($"api/pipelines/{Pipeline}/runs", new JsonObject { ["mode"] = "production" }, 202)).Json.Text("runId");
        ApiAnswer cancelled = await App.PostAsync($"api/runs/{again}/cancel", new JsonObject { ["who"] = "ada", ["why"] = "a trial" });
        if (cancelled.Status == 200)
            await api.PostAsync($"api/runs/{again}/cancel", new JsonObject { ["who"] = "ada", ["why"] = "a trial" });
        await api.PostAsync($"api/runs/{a}/cancel", new JsonObject { ["who"] = "ada", ["why"] = "too late" }, 409);
        await api.PostAsync($"api/runs/{a}/approve", new JsonObject { ["who"] = "ada", ["why"] = "nobody asked" }, 409);
        await api.PostAsync($"api/runs/{a}/reject", new JsonObject { ["who"] = "ada", ["why"] = "nobody asked" }, 409);
    }

    /// <summary>The first run is refused by somebody, the second agreed to.</summary>
    private async Task ApprovalAsync(DocumentedApi api)
    {
        const string Asked = "documented-approval";
        JsonObject spec = Specs.Quick(sample);
        spec["gates"]!["approval"] = new JsonObject { ["required"] = true };
        await App.PutPipelineAsync(Asked, spec);
        foreach (string decision in (string[])["reject", "approve"])
        {
            Upload upload = await Account.UploadAsync(Asked, $"{decision}.csv", sample.Month(0).Take(Rows / 4).ToBytes());
            Assert.Equal("awaiting approval", (await App.WaitForEndAsync(upload.RunId)).Text("status"));
            await api.GetAsync($"api/runs/{upload.RunId}");
            await api.PostAsync($"api/runs/{upload.RunId}/{decision}", new JsonObject { ["who"] = "ada", ["why"] = "documented" }, decision == "approve" ? 202 : 200);
            Assert.Equal(decision == "approve", (await App.WaitForCompletionAsync(upload.RunId)).Flag("promotion.promoted"));
        }
    }

    private static async Task DataAsync(DocumentedApi api, JsonObject first, JsonObject second)
    {
        string a = first.Text("dataVersion"), b = second.Text("dataVersion");
        await api.GetAsync("api/pipelines");
        await api.GetAsync($"api/pipelines/{Pipeline}");
        await api.GetAsync($"api/pipelines/{Pipeline}/data?limit=1");
        await api.GetAsync("api/schemas/pipeline.json");
        await api.GetAsync($"api/dataversions/{a}");
        await api.GetAsync($"api/dataversions/{a}/schema");
        await api.GetAsync($"api/dataversions/{a}/report");
        await api.GetAsync($"api/dataversions/{a}/report?format=html");
        await api.GetAsync($"api/dataversions/{a}/diff/{b}");
        await api.GetAsync($"api/dataversions/{a}/diff/{b}?key=nowhere", 422);
        await api.GetAsync($"api/dataversions/{new string('0', 64)}", 404);
        await api.GetAsync("api/alerts?state=open");
    }

    private static async Task ModelsAsync(DocumentedApi api, JsonObject second)
    {
        var actor = new JsonObject { ["who"] = "ada", ["why"] = "documented" };
        JsonObject To(long version) => new() { ["version"] = version, ["who"] = "ada", ["why"] = "documented" };
        long version = second.Integer("model.version");
        await api.GetAsync("api/models");
        await api.GetAsync($"api/models/{Pipeline}");
        await api.GetAsync($"api/models/{Pipeline}/versions?limit=1");
        await api.GetAsync($"api/models/{Pipeline}/versions/{version}");
        await api.SendAsync(HttpMethod.Patch, $"api/models/{Pipeline}/versions/{version}", new JsonObject { ["tags"] = new JsonObject { ["owner"] = "risk", ["none"] = null }, ["notes"] = "documented" }, 200);
        await api.GetAsync($"api/models/{Pipeline}/versions/{version}/card");
        await api.GetAsync($"api/models/{Pipeline}/versions/{version}/card?format=html");
        await api.GetAsync($"api/models/{Pipeline}/versions/{version}/onnx");
        await api.GetAsync($"api/models/{Pipeline}/aliases");
        await api.SendAsync(HttpMethod.Put, $"api/models/{Pipeline}/aliases/challenger", To(1), 201);
        string tag = (await api.GetAsync($"api/models/{Pipeline}/aliases/challenger")).Headers.ETag!.Tag;
        await api.SendAsync(HttpMethod.Put, $"api/models/{Pipeline}/aliases/challenger", To(version), 200, ("If-Match", tag));
        await api.SendAsync(HttpMethod.Put, $"api/models/{Pipeline}/aliases/challenger", To(1), 412, ("If-Match", tag));
        await api.SendAsync(HttpMethod.Delete, $"api/models/{Pipeline}/aliases/challenger", actor, 204, ("If-Match", "*"));
        await api.GetAsync($"api/models/{Pipeline}/aliases/challenger", 404);
        await api.SendAsync(HttpMethod.Delete, $"api/models/{Pipeline}/aliases/champion", actor.DeepClone(), 409, ("If-Match", "*"));

        // Whichever of the two the gates left champion, the other becomes it, so that there is one to go back to.
        string champion = (await api.GetAsync($"api/models/{Pipeline}/aliases/champion")).Headers.ETag!.Tag;
        await api.SendAsync(HttpMethod.Put, $"api/models/{Pipeline}/aliases/champion", To(version), 200, ("If-Match", champion));
        await api.PostAsync($"api/models/{Pipeline}/rollback", new JsonObject { ["version"] = 1, ["who"] = "ada", ["why"] = "documented" });
        await api.GetAsync($"api/models/{Pipeline}/history?limit=1");
        await api.GetAsync($"api/models/{Pipeline}/history?at=2001-01-01");
        await api.GetAsync($"api/models/{Pipeline}/history?at=2101-01-01");
        Assert.True((await api.GetAsync($"api/models/{Pipeline}/history/verify")).Json.Flag("intact"));
    }

    private async Task PredictionsAsync(DocumentedApi api)
    {
        JsonObject row = JsonNode.Parse(sample.Month(2).ToPredictionRow(0))!.AsObject();
        JsonObject predicted = (await api.PostAsync($"api/models/{Pipeline}/predict?explain=true", new JsonArray(row.DeepClone(), row.DeepClone()))).Json;
        await api.PostAsync($"api/models/{Pipeline}/predict", row.DeepClone());
        await api.PostAsync($"api/models/{Pipeline}/predict", new JsonObject { ["nothing"] = 1 }, 400);
        string label = predicted.Objects("predictions")[0].Text("label");
        await api.PostAsync($"api/models/{Pipeline}/feedback", new JsonObject { ["feedback"] = new JsonArray(new JsonObject { ["id"] = predicted.Objects("predictions")[0].Text("id"), ["label"] = label }) });
        await api.PostAsync($"v1/models/{Pipeline}:predict", new JsonObject { ["instances"] = new JsonArray(row.DeepClone()) });
        await api.PostAsync($"v1/models/{Pipeline}:explain", new JsonObject { ["instances"] = new JsonArray(row.DeepClone()) });
        await api.GetAsync("v1/models");
        await api.GetAsync($"v1/models/{Pipeline}");
        await api.GetAsync($"api/models/{Pipeline}/openapi.json");
        await api.GetAsync("v2");
        await api.GetAsync("v2/health/live");
        await api.GetAsync("v2/health/ready");
        JsonObject metadata = (await api.GetAsync($"v2/models/{Pipeline}")).Json;
        await api.GetAsync($"v2/models/{Pipeline}/versions/1");
        await api.GetAsync($"v2/models/{Pipeline}/ready");
        await api.GetAsync($"v2/models/{Pipeline}/versions/1/ready");
        JsonObject Tensors() => new() { ["inputs"] = new JsonArray([.. metadata.Objects("inputs").Select(input => Tensor(input, row))]) };
        await api.PostAsync($"v2/models/{Pipeline}/infer", Tensors());
        await api.PostAsync($"v2/models/{Pipeline}/versions/1/infer", Tensors());
        await api.PostAsync($"v2/models/{Pipeline}/infer", new JsonObject { ["inputs"] = new JsonArray() }, 400);

        // The model that this path serves is made by another test, before or after this one.
        ApiAnswer scored = await App.PostAsync("invocations", new JsonObject { ["dataframe_records"] = new JsonArray(row.DeepClone()) });
        await api.PostAsync("invocations", new JsonObject { ["dataframe_records"] = new JsonArray(row.DeepClone()) }, scored.Status);
        if (scored.Status == 404)
            api.Answered.Add("post /invocations 2xx by another test");
        await api.PostAsync($"api/models/{Pipeline}/drift", new JsonObject());
        await api.GetAsync($"api/models/{Pipeline}/drift");
        await api.GetAsync($"api/models/{Pipeline}/drift?format=html");
        await Account.EndWindowAsync(Pipeline, TimeSpan.FromDays(2));
        await App.FireAsync("CloseWindows");
        JsonObject window = (await App.WaitForWindowsAsync(Pipeline, 1))[0];
        await api.GetAsync($"api/models/{Pipeline}/drift/windows");
        await api.GetAsync($"api/models/{Pipeline}/drift/windows/{window.Integer("version")}/{window.Text("window")}");
        await api.GetAsync($"api/models/{Pipeline}/drift/windows/1/20010101T000000Z", 404);
    }

    /// <summary>Kept rows, a challenger, a canary and batch jobs.</summary>
    private async Task TrialsAsync(DocumentedApi api, JsonObject second)
    {
        const string Model = $"api/models/{Pipeline}";
        long version = second.Integer("model.version");
        JsonObject Actor(params (string Name, JsonNode Value)[] more) => new([KeyValuePair.Create("who", (JsonNode?)"ada"), KeyValuePair.Create("why", (JsonNode?)"documented"), .. more.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value))]);
        await api.SendAsync(HttpMethod.Put, $"{Model}/capture", Actor(("sample", 1)), 200);
        await api.GetAsync($"{Model}/capture");
        await App.PredictAsync(Pipeline, sample.Month(2).ToPredictionRequest(0, 20));
        await api.PostAsync($"{Model}/challengers/{version}", null);
        await api.GetAsync($"{Model}/challengers/{version}");
        await api.GetAsync($"{Model}/challengers");
        await api.SendAsync(HttpMethod.Delete, $"{Model}/capture", Actor(), 204);
        await api.SendAsync(HttpMethod.Put, $"{Model}/canary", Actor(("version", version), ("percent", 5)), 200);
        await api.GetAsync($"{Model}/canary");
        await api.SendAsync(HttpMethod.Delete, $"{Model}/canary", Actor(), 204);

        await Account.PutBatchAsync($"{Pipeline}/rows.csv", sample.Month(2).Take(50).ToBytes());
        var file = new JsonObject { ["blob"] = $"{Pipeline}/rows.csv" };
        string id = (await api.PostAsync($"{Model}/batch", file, 202)).Json.Text("id");
        Assert.Equal("completed", (await App.WaitForBatchAsync(id)).Text("status"));
        await api.GetAsync($"api/batches/{id}");
        await api.GetAsync($"api/batches/{id}/output");
        await api.PostAsync($"api/batches/{id}/cancel", null, 409);

        // Large enough to be under way still when it is cancelled.
        await Account.PutBatchAsync($"{Pipeline}/many.csv", sample.Month(2).Take(20_000).ToBytes());
        string other = (await api.PostAsync($"{Model}/batch", new JsonObject { ["blob"] = $"{Pipeline}/many.csv" }, 202)).Json.Text("id");
        await api.PostAsync($"api/batches/{other}/cancel", null);
        await api.GetAsync($"{Model}/batches");
    }

    private static JsonObject Tensor(JsonObject input, JsonObject row)
    {
        string type = input.Text("datatype");
        JsonNode? value = row[input.Text("name")]?.DeepClone();
        return new JsonObject
        {
            ["name"] = input.Text("name"),
            ["shape"] = new JsonArray(1),
            ["datatype"] = type,
            ["data"] = new JsonArray(value ?? (type == "BYTES" ? JsonValue.Create("") : null)),
        };
    }

    private static async Task ServerAsync(DocumentedApi api)
    {
        foreach (string path in (string[])["api/openapi.json", "health/live", "health/ready", "metrics", "ping", "health", "version"])
            await api.GetAsync(path);
    }

    /// <summary>Every call with a name in its path, asked for what there is not.</summary>
    private static async Task RefusalsAsync(DocumentedApi api, JsonObject first)
    {
        foreach (string call in api.Calls.Where(call => call.StartsWith("get ", StringComparison.Ordinal) && call.Contains("{name}", StringComparison.Ordinal)))
        {
            string path = call["get /".Length..].Replace("{version}", "1", StringComparison.Ordinal).Replace("{id}", "none", StringComparison.Ordinal).Replace("{alias}", "champion", StringComparison.Ordinal).Replace("{window}", "none", StringComparison.Ordinal);
            await api.GetAsync(path.Replace("{name}", "not-there", StringComparison.Ordinal), 404);
            await api.GetAsync(path.Replace("{name}", "Not+a+name", StringComparison.Ordinal), 400);
        }

        foreach (string path in (string[])["api/runs/{0}", "api/runs/{0}/manifest", "api/runs/{0}/diff/" + first.Text("id")])
        {
            await api.GetAsync(path.Replace("{0}", "t-" + new string('0', 32), StringComparison.Ordinal), 404);
            await api.GetAsync(path.Replace("{0}", "none", StringComparison.Ordinal), 400);
        }
    }

    private async Task EraseAsync(DocumentedApi api)
    {
        string customer = System.Text.Encoding.UTF8.GetString(sample.Month(0).Take(Rows).ToBytes()).Split('\n')[1].Split(',')[0];
        JsonObject erasure = (await api.PostAsync($"api/pipelines/{Pipeline}/erasures", new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["customer_id"] = customer }), ["retrain"] = false }, 202)).Json;
        await api.GetAsync($"api/pipelines/{Pipeline}/erasures");
        for (int i = 0; (await api.GetAsync($"api/pipelines/{Pipeline}/erasures/{erasure.Text("id")}")).Json.Text("status") != "completed"; i++)
        {
            Assert.True(i < 300, "The erasure was not completed within 30 s.");
            await Task.Delay(100);
        }
    }
}
