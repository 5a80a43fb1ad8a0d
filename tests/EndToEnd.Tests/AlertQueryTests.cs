using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using MlServerless.EndToEnd.Kusto;
using MlServerless.EndToEnd.Support;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>The queries of alerts and of the workbook find what the app really logs.</summary>
public sealed class AlertQueryTests(AlertApp app, ITestOutputHelper output) : AppTest(app, output), IClassFixture<AlertApp>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The trace of whoever asks for predictions.</summary>
    private const string Caller = "0af7651916cd43dd8448eb211c80319c";
    private const string CallerSpan = "b7ad6b7169203331";

    private readonly SampleDataSet sample = SampleData.All.Single(sample => sample.Name == "churn");

    [Fact]
    public async Task EveryQuery_FindsWhatTheAppLogs()
    {
        await RunAndDriftAsync();
        await LoseARunAsync();
        await MissDataAsync();
        await PoisonAsync();
        await UntilAsync("no-heartbeat", "Beats", 1);

        Assert.True(await UntilAsync("run-failed-or-lost", "Runs", 1) >= 1);
        await DriftForTwoWindowsAsync();
        await UntilAsync("data-overdue", "Pipelines", 1);
        await UntilAsync("poison-message", "Messages", 2);
        await ErrorRateAsync();
        WorkbookFindsRows();
        await SpansAreOneTraceAsync(LinesAreOneTrace());
    }

    [Fact]
    public void Queries_OverNothing_AreQuiet_ButForTheHeartbeat()
    {
        Assert.Equal(0, Figure("no-heartbeat", "Beats", []));
        Assert.Equal(0, Figure("run-failed-or-lost", "Runs", ["not JSON", "{}"]));
        Assert.Equal(0, Figure("drift-open", "Models", []));
        Assert.Equal(0, Figure("data-overdue", "Pipelines", []));
        Assert.Null(Figure("poison-message", "Messages", []));
        Assert.Empty(KustoQuery.Parse(Query("error-rate")).Run([]));
    }

    private async Task RunAndDriftAsync()
    {
        JsonObject spec = Specs.Quick(sample);
        spec["monitoring"] = new JsonObject { ["alert"] = new JsonObject { ["windows"] = 2, ["of"] = 2 } };
        await App.PutPipelineAsync(sample.Name, spec);
        Upload upload = await Account.UploadAsync(sample.Name, "first.csv", sample.Month(0).Take(3_000).ToBytes());
        await App.WaitForCompletionAsync(upload.RunId);
        for (int start = 0; start < 3_000; start += 1_000)
            (await App.SendAsync(HttpMethod.Post, $"api/models/{sample.Name}/predict", sample.Drifted.ToPredictionRequest(start, 1_000), headers: ("traceparent", $"00-{Caller}-{CallerSpan}-01"))).Expect(200);
        Assert.Equal("drift", (await App.DriftAsync(sample.Name)).Text("verdict"));
    }

    /// <summary>The spec wants two windows that drift: neither a report on demand nor the first window is an alert.</summary>
    private async Task DriftForTwoWindowsAsync()
    {
        for (int windows = 1; windows <= 2; windows++)
        {
            Assert.Equal(0, Figure("drift-open", "Models", Messages()));
            await Account.EndWindowAsync(sample.Name, TimeSpan.FromDays(4 - windows));
            await App.FireAsync("CloseWindows");
            await App.WaitForWindowsAsync(sample.Name, windows);
        }

        await UntilAsync("drift-open", "Models", 1);
    }

    /// <summary>A run that was claimed long ago and never started: with one attempt allowed, the sweep gives it up.</summary>
    private async Task LoseARunAsync()
    {
        DateTimeOffset long_ago = DateTimeOffset.UtcNow.AddHours(-2);
        var run = new RunRecord { Id = "t-" + new string('a', 32), Pipeline = sample.Name, Status = RunStatus.Claimed, Trigger = "request", Attempt = 1, ClaimedAt = long_ago, Stamp = long_ago, DataOrder = "" };
        Assert.True(await new RunLog(Account.Storage, TimeProvider.System).TryClaimAsync(run, default));
        await App.FireAsync("SweepRuns");
        await App.WaitForRunAsync(run.Id, "lost", record => record.Text("status") == "lost");
    }

    /// <summary>A pipeline that has been watched for days, and to which nothing ever came.</summary>
    private async Task MissDataAsync()
    {
        JsonObject spec = Specs.Quick(sample);
        spec["source"] = new JsonObject { ["owner"] = "crm", ["expectedEvery"] = "1.00:00:00" };
        await App.PutPipelineAsync("late", spec);
        string since = JsonSerializer.Serialize(DateTimeOffset.UtcNow.AddDays(-3).ToString("O", CultureInfo.InvariantCulture));
        await Account.Storage.Monitoring.PutAsync(new Row("@alerts", "watched:late", since), default);
        await App.FireAsync("WatchSources");
    }

    private async Task PoisonAsync()
    {
        var queue = new QueueClient(Host.Address.Storage, "commands-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.CreateIfNotExistsAsync();
        await queue.SendMessageAsync("given up");
        await queue.SendMessageAsync("given up, too");
        await App.FireAsync("Beat");
    }

    /// <summary>The app has not failed, so its own counts are made to say so.</summary>
    private async Task ErrorRateAsync()
    {
        for (int i = 0; i < 25; i++)
            (await App.GetAsync("api/pipelines/late")).Expect(200);
        await UntilAsync(() => KustoQuery.Parse(Query("error-rate")).Run(Messages()).Count > 0, "HttpTraffic");
        Assert.Equal(0, Figure("error-rate", "Percent", Messages()));
        Assert.InRange(Figure("error-rate", "Percent", Messages().Select(line => line.Replace("\"ServerErrors\":0", "\"ServerErrors\":3", StringComparison.Ordinal)))!.Value, 1, 100);
    }

    private void WorkbookFindsRows()
    {
        JsonNode workbook = JsonNode.Parse(RepositoryFiles.Read("infra", "workbook.json"))!;
        string[] queries = [.. workbook["items"]!.AsArray().Where(item => item!["type"]!.GetValue<int>() == 3).Select(item => item!["content"]!["query"]!.GetValue<string>())];
        Assert.NotEmpty(queries);
        Assert.All(queries, query => Assert.NotEmpty(KustoQuery.Parse(query).Run(Messages())));
        string[] blocks = [.. RepositoryFiles.Read("docs", "telemetry.md").Split("```kusto\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.NotEmpty(KustoQuery.Parse(block).Run(Messages())));
    }

    /// <summary>Upload, orchestration and activities of a run write lines with the run's id as their trace.</summary>
    /// <returns>The run, and the hash of the model that it made and that predicts.</returns>
    private (string Run, string Model) LinesAreOneTrace()
    {
        JsonObject[] lines = [.. Messages().Select(line => JsonNode.Parse(line)!.AsObject())];
        JsonObject ended = lines.First(line => Event(line) == "RunEnded" && line["data"]!["Status"]!.GetValue<string>() == "completed");
        string run = ended["data"]!["RunId"]!.GetValue<string>();
        string[] events = ["RunClaimed", "ModelRegistered", "RunEnded"];
        foreach (string name in events)
        {
            JsonObject line = lines.Single(line => Event(line) == name && line["data"]!["RunId"]!.GetValue<string>() == run);
            Assert.Equal(run[2..], line["traceId"]!.GetValue<string>());
        }

        string made = lines.Single(line => Event(line) == "ModelRegistered")["data"]!["Hash"]!.GetValue<string>();
        Assert.Contains(lines, line => Event(line) == "ModelLoaded" && line["data"]!["Hash"]!.GetValue<string>() == made);
        return (run, made);
    }

    /// <summary>
    /// The upload's message, the orchestration and every activity of a run are spans of the run's trace; a prediction is one of its caller's, and names the
    /// model that the run has made.
    /// </summary>
    private async Task SpansAreOneTraceAsync((string Run, string Model) made)
    {
        string[] steps = ["OnUpload", "TrainingPipelineV2", "Pin", "Ingest", "ScanPart", "AwaitChecks", "Check", "Prepare", "Train", "Evaluate", "Package", "Register", "AwaitTurn", "Promote", "Complete"];
        await UntilAsync(() => steps.All(step => Of(made.Run[2..]).Any(span => span.Name == step)), $"spans of {string.Join(", ", steps.Except(Of(made.Run[2..]).Select(span => span.Name)))}");
        Assert.All(Of(made.Run[2..]), span => Assert.Equal(made.Run[2..18], span.ParentId));

        await UntilAsync(() => Of(Caller).Any(), "spans of predictions");
        Assert.All(Of(Caller).Where(span => span.Name == "Predict"), span => Assert.Equal(CallerSpan, span.ParentId));
        Assert.Contains(Of(Caller), span => span.Attributes.GetValueOrDefault("mlserverless.model.hash") == made.Model);

        IEnumerable<SpanCollector.Span> Of(string trace) => app.Spans.Spans.Where(span => span.TraceId == trace);
    }

    private static string? Event(JsonObject line) => line["event"]?.GetValue<string>();

    /// <returns>The figure, once it is at least so much.</returns>
    private async Task<double> UntilAsync(string query, string column, double least)
    {
        await UntilAsync(() => Figure(query, column, Messages()) >= least, query);
        return Figure(query, column, Messages())!.Value;
    }

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (DateTime limit = DateTime.UtcNow + Limit; !holds(); await Task.Delay(100))
            Assert.True(DateTime.UtcNow < limit, $"The log does not say what '{what}' looks for.");
    }

    private static double? Figure(string query, string column, IEnumerable<string> messages) =>
        Assert.Single(KustoQuery.Parse(Query(query)).Run(messages))[column]?.GetValue<double>();

    private static string Query(string name) => RepositoryFiles.Read("infra", "queries", name + ".kql");

    /// <summary>The app's own lines, as the host gets them.</summary>
    private List<string> Messages() =>
        [.. Host.Output.LinesFrom(0).Select(line => line.IndexOf("App[0] {", StringComparison.Ordinal) is >= 0 and var at ? line[(at + "App[0] ".Length)..] : null).OfType<string>()];
}
