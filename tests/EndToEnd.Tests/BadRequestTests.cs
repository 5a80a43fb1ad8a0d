using System.Text;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Requests that cannot be carried out are refused with what is wrong and how to mend it, and leave nothing behind.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class BadRequestTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const string Model = "bad-requests";
    private const int LargeBody = 50 * 1024 * 1024;

    private static readonly JsonObject Row = JsonNode.Parse(SampleData.Churn.Month(1).ToPredictionRow(0))!.AsObject();

    [Fact]
    public async Task PutPipeline_WithBadSpecs_NamesEveryFault()
    {
        JsonObject unknown = Specs.Quick(SampleData.Churn);
        unknown["lable"] = "churned";
        unknown["split"]!["holdout"] = 0.2;
        JsonObject problem = (await PutAsync("bad-spec", Bytes(unknown))).ExpectProblem(400);
        Assert.Equal(["$.lable", "$.split.holdout"], problem.Objects("errors").Select(error => error.Text("path")).Order());
        Assert.All(problem.Objects("errors"), error => Assert.Contains("did you mean", error.Text("message")));

        (await PutAsync("bad-spec", "{\"task\":"u8.ToArray())).ExpectProblem(400, "JSON");
        (await PutAsync("bad-spec", "[]"u8.ToArray())).ExpectProblem(400);
        (await PutAsync("bad-spec", [])).ExpectProblem(400);
        (await PutAsync("bad-spec", new byte[LargeBody])).ExpectProblem(413, "bytes");
        (await PutAsync("Bad_Spec", Bytes(Specs.Quick(SampleData.Churn)))).ExpectProblem(400, "lower-case");
        ApiAnswer stale = await App.SendAsync(HttpMethod.Put, "api/pipelines/bad-spec", Bytes(Specs.Quick(SampleData.Churn)), headers: ("If-Match", "\"0x1\""));
        stale.ExpectProblem(412, "ETag");
        (await App.GetAsync("api/pipelines/bad-spec")).ExpectProblem(404, "PUT");
    }

    [Fact]
    public async Task Predict_WithBadRows_NamesRowColumnAndWayOut()
    {
        await TrainAsync();
        JsonObject problem = (await PredictAsync(With("age", "old"))).ExpectProblem(400);
        Assert.Equal("$[0]['age']", problem.Objects("errors").Single().Text("path"));
        Assert.Equal("expected a whole number, found \"old\".", problem.Objects("errors").Single().Text("message"));

        problem = (await PredictAsync(With("contract", "weekly"))).ExpectProblem(400, "monthly, one-year, two-year");
        Assert.Equal("$[0]['contract']", problem.Objects("errors").Single().Text("path"));

        JsonObject lacking = Copy();
        lacking.Remove("tenure_months");
        lacking.Remove("plan");
        problem = (await PredictAsync(new JsonArray(Copy(), lacking))).ExpectProblem(400, "add it");
        Assert.Equal(["$[1]['plan']", "$[1]['tenure_months']"], problem.Objects("errors").Select(error => error.Text("path")).Order());

        JsonObject open = (await PredictAsync(With("plan", "unheard-of"))).Expect(200);
        Assert.Single(open.Objects("predictions"));
        JsonObject warning = Assert.Single(open.Objects("warnings"));
        Assert.Equal(("plan", "unseen-category"), (warning.Text("column"), warning.Text("code")));
        Assert.Contains("unheard-of", warning.Text("message"));

        foreach (string malformed in (string[])["", "{", "{\"age\": 1,}", "[[]]", "1", "nonsense", "[]", "{} {}", "{\"age\": 1, \"age\": 2}", "{\"age\": NaN}", "\ufeff[]"])
            (await App.PostAsync($"api/models/{Model}/predict", Encoding.UTF8.GetBytes(malformed))).ExpectProblem(400);
        (await App.PostAsync($"api/models/{Model}/predict", [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}'])).ExpectProblem(400);
        (await App.PostAsync($"api/models/{Model}/predict", Encoding.UTF8.GetBytes(new string('[', 100_000)))).ExpectProblem(400);
        (await App.PostAsync($"api/models/{Model}/predict", new byte[LargeBody])).ExpectProblem(413, "bytes");
        (await App.PostAsync($"api/models/{Model}/predict?version=two", Bytes(Copy()))).ExpectProblem(400, "version");
        (await App.PostAsync($"api/models/{Model}/predict?version=7", Bytes(Copy()))).ExpectProblem(404, $"GET /api/models/{Model}");
        (await App.PostAsync("api/models/no-such-model/predict", Bytes(Copy()))).ExpectProblem(404, "no-such-model");
    }

    [Theory]
    [InlineData("POST", "/api/models/../predict")]
    [InlineData("POST", "/api/models/../../admin/predict")]
    [InlineData("POST", "/api/models/..%2F..%2Fstore/predict")]
    [InlineData("POST", "/api/models/%2e%2e%2fregistry/predict")]
    [InlineData("POST", "/api/models/%2e%2e/predict")]
    [InlineData("GET", "/api/models/..%5Cregistry")]
    [InlineData("GET", "/api/models/a%00b")]
    [InlineData("GET", "/api/models/a%2Fb/drift")]
    [InlineData("POST", "/api/models/..%2Fx/drift")]
    [InlineData("GET", "/api/pipelines/..%2Fx")]
    [InlineData("PUT", "/api/pipelines/..%2Fx")]
    [InlineData("POST", "/api/pipelines/..%2Fx/runs")]
    [InlineData("GET", "/api/pipelines/%ff/runs")]
    [InlineData("GET", "/api/runs/..%2Fx")]
    public async Task Names_ThatClimbOut_AreRefused(string method, string path)
    {
        (int status, string answer) = await RawRequest.SendAsync(Host.Address, method, path, "{}");
        Assert.True(status is >= 400 and < 500, $"{method} {path} answered {answer}");
        // A path that names another function, or none, is the host's to refuse; a name that reaches the app is told the rule.
        if (answer.Contains("application/problem+json", StringComparison.Ordinal))
            Assert.Contains(path.Contains("/runs/", StringComparison.Ordinal) ? "32 hex digits" : "lower-case letters", answer);
    }

    [Fact]
    public async Task Requests_WithoutKeyOrWithTheWrongMethod_AreRefusedByTheHost()
    {
        foreach ((HttpMethod method, string path) in (IEnumerable<(HttpMethod, string)>)[(HttpMethod.Put, "api/pipelines/x"), (HttpMethod.Get, "api/pipelines"), (HttpMethod.Post, "api/models/x/predict"), (HttpMethod.Get, "api/runs/x")])
        {
            Assert.Equal(401, (await App.SendAsync(method, path, method == HttpMethod.Get ? null : "{}"u8.ToArray(), key: "")).Status);
            Assert.Equal(401, (await App.SendAsync(method, path, method == HttpMethod.Get ? null : "{}"u8.ToArray(), key: "wrong")).Status);
        }

        Assert.Equal(200, (await App.SendAsync(HttpMethod.Get, "health/live", key: "")).Status);
        Assert.Equal(200, (await App.SendAsync(HttpMethod.Get, "health/ready", key: "")).Status);
        foreach ((HttpMethod method, string path) in (IEnumerable<(HttpMethod, string)>)[(HttpMethod.Delete, "api/pipelines/x"), (HttpMethod.Get, "api/models/x/predict"), (HttpMethod.Post, "api/runs/x"), (HttpMethod.Get, "api/nothing")])
            Assert.True((await App.SendAsync(method, path)).Status is 404 or 405, $"{method} {path}");
    }

    [Fact]
    public async Task Runs_AskedForWrongly_AreRefused()
    {
        await TrainAsync();
        string runs = $"api/pipelines/{Model}/runs";
        (await App.GetAsync("api/runs/17")).ExpectProblem(400, "32 hex digits");
        (await App.GetAsync("api/runs/t-00000000000000000000000000000000")).ExpectProblem(404, "/runs");
        (await App.GetAsync("api/pipelines/no-such-pipeline/runs")).ExpectProblem(404, "PUT its spec");
        (await App.PostAsync("api/pipelines/no-such-pipeline/runs", "{}"u8.ToArray())).ExpectProblem(404, "PUT its spec");
        (await App.PostAsync(runs, new JsonObject { ["dataVersion"] = "newest" })).ExpectProblem(400, "64 lower-case hex digits");
        (await App.PostAsync(runs, new JsonObject { ["dataVersion"] = 7 })).ExpectProblem(400, "string");
        (await App.PostAsync(runs, new JsonObject { ["dataVersion"] = new string('a', 64) })).ExpectProblem(404, "data version");
        (await App.PostAsync(runs, new JsonObject { ["version"] = "x" })).ExpectProblem(400, "dataVersion");
        (await App.PostAsync(runs, "{"u8.ToArray())).ExpectProblem(400, "JSON");
        (await App.PostAsync(runs, new byte[LargeBody])).ExpectProblem(413, "bytes");
        foreach (string key in (string[])["", new string('k', 201)])
            (await App.SendAsync(HttpMethod.Post, runs, "{}"u8.ToArray(), headers: ("Idempotency-Key", key))).ExpectProblem(400, "Idempotency-Key");
        Assert.Single(await App.RunsAsync(Model));

        (await App.GetAsync($"api/models/{Model}/drift")).ExpectProblem(404, "POST");
        (await App.PostAsync($"api/models/{Model}/drift", new JsonObject { ["dataVersion"] = new string('a', 64) })).ExpectProblem(404, "data version");
        (await App.PostAsync("api/models/no-such-model/drift", "{}"u8.ToArray())).ExpectProblem(404, "no-such-model");
        (await App.GetAsync("api/models/no-such-model")).ExpectProblem(404, "no-such-model");
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    /// <summary>One model for the tests of this class, whichever comes first.</summary>
    private async Task TrainAsync()
    {
        if ((await App.GetAsync($"api/models/{Model}")).Status == 200)
            return;
        await App.PutPipelineAsync(Model, Specs.Quick(SampleData.Churn));
        await App.WaitForCompletionAsync((await Account.UploadAsync(Model, "a.csv", SampleData.Churn.Month(0).Take(600).ToBytes())).RunId);
    }

    private Task<ApiAnswer> PutAsync(string name, byte[] body) => App.SendAsync(HttpMethod.Put, $"api/pipelines/{name}", body);

    private Task<ApiAnswer> PredictAsync(JsonNode body) => App.PostAsync($"api/models/{Model}/predict", body);

    private static JsonObject Copy() => Row.DeepClone().AsObject();

    private static JsonObject With(string column, string value)
    {
        JsonObject row = Copy();
        row[column] = value;
        return row;
    }

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
