using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Samples;
using MlServerless.Storage;

namespace MlServerless.Soak.Faults;

/// <summary>Runs of a small pipeline, each of its own, one after the other, and in each a fault at one storage call. What is looked at is read past the proxy.</summary>
internal sealed class FaultTrials
{
    private const int Rows = 300;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan BeforeSweep = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(3);

    private readonly FaultedApp app;
    private readonly IPipelineStorage storage;
    private readonly BlobContainerClient incoming;
    private readonly byte[] file = SampleData.Churn.Month(0).Take(Rows).ToBytes();
    private readonly byte[] spec;
    private int made;
    private string? model;

    public FaultTrials(FaultedApp app)
    {
        this.app = app;
        storage = AzurePipelineStorage.Create(new StorageSettings { ConnectionString = app.Storage });
        incoming = new BlobContainerClient(app.Storage, "incoming");
        JsonObject document = JsonNode.Parse(SampleData.Churn.ReadPipelineSpec())!.AsObject();
        document["candidates"] = new JsonArray(new JsonObject { ["name"] = "trees", ["trainer"] = "gbdt", ["parameters"] = new JsonObject { ["rounds"] = 10, ["maxLeaves"] = 7 } });
        document["gates"] = new JsonObject { ["minGain"] = 0.0, ["significance"] = "none" };
        document["checks"] = new JsonObject { ["minimumRows"] = 50 };
        spec = Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    /// <summary>A run without faults, whose model is what all others must make.</summary>
    /// <returns>The calls that it made.</returns>
    public async Task<IReadOnlyList<StorageCall>> CountAsync()
    {
        // The first run also warms up what an app looks up once.
        for (int i = 0; i < 2; i++)
        {
            FaultOutcome outcome = await RunOnceAsync(null);
            if (outcome.Wrong.Count > 0)
                throw new InvalidOperationException($"A run without faults went wrong: {string.Join("; ", outcome.Wrong)}");
        }

        return app.Proxy.Calls;
    }

    public Task<FaultOutcome> RunAsync(Fault fault) => RunOnceAsync(fault);

    private async Task<FaultOutcome> RunOnceAsync(Fault? fault)
    {
        string pipeline = string.Create(CultureInfo.InvariantCulture, $"fault-{++made}");
        await PutSpecAsync(pipeline);
        long begun = TimeProvider.System.GetTimestamp();
        app.Proxy.Arm(fault);
        string id = await UploadAsync(pipeline);
        (RunRecord? run, bool swept) = await WaitAsync(pipeline, id);
        StorageCall? struck = app.Proxy.Disarm();
        TimeSpan took = TimeProvider.System.GetElapsedTime(begun);
        var wrong = new List<string>();
        string? failure = null;
        if (run is { Status: RunStatus.Failed or RunStatus.Lost })
        {
            failure = run.Error?.Message;
            if (string.IsNullOrWhiteSpace(failure))
                wrong.Add($"it ended as {run.Status} without a reason");
            (run, _) = await WaitAsync(pipeline, await StartAgainAsync(pipeline));
        }

        if (run is null)
            wrong.Add("no run came of the upload");
        else if (run.Status != RunStatus.Completed)
            wrong.Add($"it is {run.Status}, stage {run.Stage}, attempt {run.Attempt}: {run.Error?.Message}");
        else
            await CheckAsync(run, wrong, failure is not null);
        return new FaultOutcome(fault ?? new Fault(FaultKind.Slow, 0), struck, took, swept, failure, wrong);
    }

    private async Task PutSpecAsync(string pipeline)
    {
        using var content = new ByteArrayContent(spec) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage response = await app.Client.PutAsync(new Uri($"api/pipelines/{pipeline}", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    /// <returns>The id of the run that it must start.</returns>
    private async Task<string> UploadAsync(string pipeline)
    {
        BlobClient blob = incoming.GetBlobClient($"{pipeline}/a.csv");
        using var stream = new MemoryStream(file);
        BlobContentInfo info = await blob.UploadAsync(stream, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv" } });
        return RunId.ForUpload(pipeline, blob.Uri, info.ETag.ToString().Trim('"'));
    }

    private async Task<string> StartAgainAsync(string pipeline)
    {
        using var nothing = new StringContent("");
        using HttpResponseMessage response = await app.Client.PostAsync(new Uri($"api/pipelines/{pipeline}/runs", UriKind.Relative), nothing);
        string text = await response.Content.ReadAsStringAsync();
        return JsonNode.Parse(text)?["runId"]?.GetValue<string>() ?? throw new InvalidOperationException($"The run was not started again: {text}");
    }

    /// <summary>Waits for a run's end; when it takes long, the timer of the sweep is fired as it would be every five minutes.</summary>
    private async Task<(RunRecord? Run, bool Swept)> WaitAsync(string pipeline, string id)
    {
        long begun = TimeProvider.System.GetTimestamp();
        TimeSpan nextSweep = BeforeSweep;
        bool swept = false;
        while (true)
        {
            RunRecord? run = await storage.Runs.FindAsync(pipeline, "run:" + id, CancellationToken.None) is { } row ? JsonSerializer.Deserialize(row.Json, PipelineJson.Default.RunRecord)! : null;
            TimeSpan waited = TimeProvider.System.GetElapsedTime(begun);
            if (run is { HasEnded: true } || waited > Limit)
                return (run, swept);
            if (waited > nextSweep)
            {
                nextSweep = waited + BetweenSweeps;
                swept = true;
                await SweepAsync();
            }

            await Task.Delay(40);
        }
    }

    private async Task SweepAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("admin/functions/SweepRuns", UriKind.Relative));
        request.Headers.Add("x-functions-key", app.MasterKey);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await app.Client.SendAsync(request);
    }

    /// <summary>One version, one champion, one entry of the log, one data version, nothing open, and the model that every run makes of these rows.</summary>
    /// <param name="wasStartedAgain">Then there are two runs.</param>
    private async Task CheckAsync(RunRecord run, List<string> wrong, bool wasStartedAgain)
    {
        void Must(bool holds, string what)
        {
            if (!holds)
                wrong.Add(what);
        }

        model ??= run.Model?.Hash.Hex;
        Must(run.Model?.Hash.Hex == model, $"its model is {run.Model?.Hash.Hex}, not {model}");
        Must(run.Promotion is { Promoted: true }, $"it was not promoted: {string.Join("; ", run.Promotion?.Reasons ?? [])}");
        Must(run.OpenSteps.Count == 0, "it has open steps");
        Must(run.Stages.All(stage => stage.EndedAt is not null), "it has stages without an end");
        Must(run.ManifestHash is not null, "it has no manifest");
        ILookup<string, string> registry = await KeysAsync(storage.Registry, run.Pipeline), data = await KeysAsync(storage.Data, run.Pipeline), runs = await KeysAsync(storage.Runs, run.Pipeline);
        foreach ((ILookup<string, string> table, string kind, int expected) in new[]
        {
            (registry, "version", 1), (registry, "hash", 1), (registry, "alias", 1), (registry, "log", 1), (data, "version", 1), (data, "arrival", 1), (runs, "run", wasStartedAgain ? 2 : 1), (runs, "active", 0),
        })
        {
            Must(table[kind].Count() == expected, string.Create(CultureInfo.InvariantCulture, $"there are {table[kind].Count()} rows of kind '{kind}', not {expected}"));
        }

        await foreach (string path in storage.Checkpoints.ListAsync(run.Id, CancellationToken.None))
            wrong.Add($"checkpoint {path} was left");
    }

    private static async Task<ILookup<string, string>> KeysAsync(IRowTable table, string partition)
    {
        var keys = new List<string>();
        await foreach (Row row in table.QueryAsync(partition, null, null, CancellationToken.None))
            keys.Add(row.Key);
        return keys.ToLookup(key => key.Split(':')[0]);
    }
}
