using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Soak.Serving;

/// <summary>Asks an app over HTTP for predictions of which each is known, while champions change; counts, and says what is wrong.</summary>
/// <param name="client">With the app's address and key.</param>
/// <param name="aliasAge">The app's setting, and some time for what is under way.</param>
internal sealed class ServingLoad(HttpClient client, IPipelineStorage storage, IReadOnlyList<SwappedModel> models, TimeSpan aliasAge)
{
    private readonly ConcurrentQueue<string> faults = new();
    private readonly ConcurrentQueue<DateTimeOffset> answers = new();
    private long degraded;

    /// <summary>What was not as it must be.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>When answers came.</summary>
    public IReadOnlyCollection<DateTimeOffset> Answers => answers;

    /// <summary>Answers that said that storage could not be asked.</summary>
    public long Degraded => Interlocked.Read(ref degraded);

    /// <summary>Whether calls that nobody answers are no fault: the app is killed.</summary>
    public bool MayFail { get; init; }

    /// <summary>Asks so many times, from several callers, and changes champions so often meanwhile.</summary>
    public async Task RunAsync(int requests, int swaps, int callers, ulong seed)
    {
        int next = -1;
        async Task CallAsync()
        {
            for (int i = Interlocked.Increment(ref next); i < requests; i = Interlocked.Increment(ref next))
                await AskAsync(i, seed);
        }

        async Task SwapAsync()
        {
            var registry = new ModelRegistry(storage, TimeProvider.System);
            for (int swap = 1; swap <= swaps; swap++)
            {
                while (Volatile.Read(ref next) < (long)requests * swap / (swaps + 1))
                    await Task.Delay(5);
                SwappedModel model = models[swap % models.Count];
                await model.SwapAsync(registry, 1 + ((model.Swaps + 1) % model.Versions));
            }
        }

        await Task.WhenAll([.. Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)), SwapAsync()]);
    }

    /// <summary>Asks until somebody says stop.</summary>
    public async Task RunUntilAsync(Func<bool> stop, int callers, ulong seed)
    {
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (!stop())
                await AskAsync(Interlocked.Increment(ref next), seed);
        })));
    }

    /// <summary>Rows and requests that the stored sketches of the models hold together.</summary>
    public async Task<(long Rows, long Requests)> CountAsync()
    {
        long rows = 0, requests = 0;
        foreach (SwappedModel model in models)
        {
            await foreach (string path in storage.MonitoringBlobs.ListAsync(PredictionSketches.Folder(model.Name), default))
            {
                PredictionSketch sketch = JsonSerializer.Deserialize((await storage.MonitoringBlobs.FindAsync(path, default))!, PipelineJson.Default.PredictionSketch)!;
                rows += sketch.Rows;
                requests += sketch.Traffic!.Requests;
            }
        }

        return (rows, requests);
    }

    /// <summary>Waits until the sketches hold so many requests.</summary>
    public async Task<(long Rows, long Requests)> CountUntilAsync(long requests, TimeSpan limit)
    {
        DateTime end = DateTime.UtcNow + limit;
        (long Rows, long Requests) counted = await CountAsync();
        while (counted.Requests < requests && DateTime.UtcNow < end)
        {
            await Task.Delay(500);
            counted = await CountAsync();
        }

        return counted;
    }

    private async Task AskAsync(int number, ulong seed)
    {
        // The same calls for the same seed, whoever makes them.
        ulong draw = ((ulong)number + (seed << 32)) * 0x9E3779B97F4A7C15;
        draw ^= draw >> 29;
        SwappedModel model = models[(int)(draw % (ulong)models.Count)];
        int row = (int)((draw >> 20) % SwappedModel.Rows);
        DateTimeOffset began = DateTimeOffset.UtcNow;
        try
        {
            using var body = new ByteArrayContent(SwappedModel.Row(row)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpResponseMessage response = await client.PostAsync(new Uri($"api/models/{model.Name}/predict", UriKind.Relative), body);
            string text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode)
            {
                if (!MayFail)
                    faults.Enqueue($"{(int)response.StatusCode}: {text}");
                return;
            }

            answers.Enqueue(DateTimeOffset.UtcNow);
            JsonNode answer = JsonNode.Parse(text)!;
            int version = answer["version"]!.GetValue<int>();
            if (answer["degraded"]?.GetValue<bool>() == true)
                Interlocked.Increment(ref degraded);
            string header = response.Headers.GetValues("x-model-version").Single();
            if (header != version.ToString(CultureInfo.InvariantCulture))
                faults.Enqueue($"The header says version {header}, the answer {version}");
            if (model.Judge(version, row, answer["predictions"]![0]!["probability"]!.GetValue<double>(), began, answer["degraded"] is null ? aliasAge : TimeSpan.FromHours(1)) is { } fault)
                faults.Enqueue(fault);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            if (!MayFail)
                faults.Enqueue(exception.Message);
        }
    }
}
