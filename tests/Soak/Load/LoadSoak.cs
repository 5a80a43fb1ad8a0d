using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using MlServerless.Samples;

namespace MlServerless.Soak.Load;

/// <summary>Uploads, runs, predictions and reports at the same time for a while: no error, every upload with its run, and memory that does not grow.</summary>
internal sealed class LoadSoak : ISoak
{
    private const int RowsOfUpload = 3_000;
    private const int RowsOfBatch = 200;

    /// <summary>By how much the mean of the last third may lie above that of the second: what a loaded machine's collector makes of it.</summary>
    private const double Growth = 1.15;

    private static readonly TimeSpan BetweenUploads = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(10);

    public string Name => "load";

    public string Summary => "mixed load on the DevHost (--minutes 30, --app FOLDER)";

    public async Task<bool> RunAsync(string[] args)
    {
        double minutes = 30;
        string? app = null;
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            if (args[i] == "--minutes")
                minutes = double.Parse(args[i + 1], CultureInfo.InvariantCulture);
            else if (args[i] == "--app")
                app = Path.GetFullPath(args[i + 1]);
            else
                throw new ArgumentException($"'{args[i]}' is no option of load.");
        }

        await using LoadedHost host = await LoadedHost.StartAsync(app);
        SampleDataSet sample = SampleData.Churn;
        var uploads = new List<string>();
        await PutSpecAsync(host, sample);
        await UploadAsync(host, sample, 0, uploads);
        await WaitForRunsAsync(host, sample.Name, 1);
        await UnitCostsAsync(host, sample, uploads);
        (_, double processorBefore) = host.Measure();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{minutes} minutes of uploads, runs, predictions and reports"));

        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        Timings single = new("predict 1 row"), batch = new($"predict {RowsOfBatch} rows"), reports = new("reports");
        var memory = new List<long>();
        await Task.WhenAll(
            RepeatAsync(TimeSpan.Zero, i => PredictAsync(host, sample, single, sample.Month(1).ToPredictionRow(i % RowsOfUpload)), end.Token),
            RepeatAsync(TimeSpan.FromMilliseconds(100), i => PredictAsync(host, sample, batch, sample.Month(1).ToPredictionRequest(i * 7 % RowsOfUpload, RowsOfBatch)), end.Token),
            RepeatAsync(BetweenUploads, i => UploadAsync(host, sample, i + 1, uploads), end.Token),
            RepeatAsync(BetweenReports, i => ReportAsync(host, sample, reports, i), end.Token),
            RepeatAsync(BetweenSamples, _ => SampleAsync(host, memory), end.Token));

        (int runs, IReadOnlyList<string> wrong) = await WaitForRunsAsync(host, sample.Name, uploads.Count);
        (long last, double processor) = host.Measure();
        return Tell([single, batch, reports], host, memory, last, processor - processorBefore, runs, uploads.Count, wrong);
    }

    /// <summary>Processor time of the app for one of each, when it does nothing else: what docs/scale.md reckons with.</summary>
    private static async Task UnitCostsAsync(LoadedHost host, SampleDataSet sample, List<string> uploads)
    {
        Timings warm = new("warm");
        byte[] row = sample.Month(1).ToPredictionRow(3);
        byte[] rows = sample.Month(1).ToPredictionRequest(0, RowsOfBatch);
        await CostAsync("a call for 1 row", 2_000, () => PredictAsync(host, sample, warm, row));
        await CostAsync($"a call for {RowsOfBatch} rows", 200, () => PredictAsync(host, sample, warm, rows));
        await CostAsync("a call of a probe", 1_000, () => warm.CallAsync(() => host.Client.GetAsync(new Uri("health/live", UriKind.Relative))));
        await CostAsync($"a run on {RowsOfUpload} rows, 2 candidates", 1, async () =>
        {
            await UploadAsync(host, sample, 9_999, uploads);
            await WaitForRunsAsync(host, sample.Name, uploads.Count);
        });

        async Task CostAsync(string what, int times, Func<Task> work)
        {
            for (int i = 0; i < Math.Min(times - 1, 200); i++)
                await work();
            double before = host.Measure().Processor;
            for (int i = 0; i < times; i++)
                await work();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {(host.Measure().Processor - before) / times * 1000:F3} ms of processor time of the app"));
        }
    }

    private static bool Tell(Timings[] all, LoadedHost host, List<long> memory, long last, double processor, int runs, int uploads, IReadOnlyList<string> wrong)
    {
        foreach (Timings timings in all)
        {
            (double median, double percentile, double longest) = timings.Milliseconds();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{timings.Name,-18} {timings.Calls,8} calls, {timings.Faults.Count} failed; {median:F1} ms in the middle, {percentile:F1} ms for 99 %, {longest:F0} ms at most"));
            foreach (string fault in timings.Faults.Take(3))
                Console.WriteLine("  " + fault);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{uploads} uploads, {runs} runs ended, {wrong.Count} otherwise than completed; {processor:F0} s of processor time of the app; {host.ErrorLines} error lines"));
        foreach (string run in wrong.Take(3))
            Console.WriteLine("  " + run);
        if (host.ErrorLines > 0)
            Console.WriteLine("  " + host.FirstError);
        bool flat = true;
        if (memory.Count >= 9)
        {
            int third = memory.Count / 3;
            double middle = memory.Skip(third).Take(third).Average();
            double end = memory.Skip(2 * third).Average();
            flat = end <= middle * Growth;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"memory {memory[0] / 1e6:F0} MB at first, {middle / 1e6:F0} MB in the second third, {end / 1e6:F0} MB in the last, {memory.Max() / 1e6:F0} MB at most, {last / 1e6:F0} MB at the end: {(flat ? "flat" : "GROWS")}"));
        }

        return flat && wrong.Count == 0 && runs == uploads && host.ErrorLines == 0 && all.All(timings => timings.Faults.Count == 0 && timings.Calls > 0);
    }

    private static async Task RepeatAsync(TimeSpan pause, Func<int, Task> work, CancellationToken end)
    {
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            await work(i);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, end).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private static async Task PutSpecAsync(LoadedHost host, SampleDataSet sample)
    {
        JsonObject spec = JsonNode.Parse(sample.ReadPipelineSpec())!.AsObject();
        spec["gates"] = new JsonObject { ["minGain"] = 0.0 };
        using var body = new StringContent(spec.ToJsonString());
        using HttpResponseMessage response = await host.Client.PutAsync(new Uri($"api/pipelines/{sample.Name}", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Every upload has other rows, so that each has work to do.</summary>
    private static async Task UploadAsync(LoadedHost host, SampleDataSet sample, int number, List<string> uploads)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{sample.Name}/{number:D5}.csv");
        string[] lines = System.Text.Encoding.UTF8.GetString(sample.Month(number % 6).ToBytes()).Split('\n');
        int skip = 1 + (number * 17 % 20_000);
        string text = string.Join('\n', lines.Skip(skip).Take(RowsOfUpload).Where(line => line.Length > 0).Prepend(lines[0])) + "\n";
        await new BlobContainerClient(host.Storage, "incoming").GetBlobClient(name).UploadAsync(BinaryData.FromString(text), overwrite: true);
        uploads.Add(name);
    }

    private static Task PredictAsync(LoadedHost host, SampleDataSet sample, Timings timings, byte[] rows) => timings.CallAsync(async () =>
    {
        using var body = new ByteArrayContent(rows) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return await host.Client.PostAsync(new Uri($"api/models/{sample.Name}/predict", UriKind.Relative), body);
    });

    private static Task ReportAsync(LoadedHost host, SampleDataSet sample, Timings timings, int number)
    {
        string[] paths = [$"api/pipelines/{sample.Name}/runs", $"api/pipelines/{sample.Name}/data", $"api/models/{sample.Name}", "api/alerts", "health/ready"];
        return timings.CallAsync(() => host.Client.GetAsync(new Uri(paths[number % paths.Length], UriKind.Relative)));
    }

    private static Task SampleAsync(LoadedHost host, List<long> memory)
    {
        memory.Add(host.Measure().Memory);
        return Task.CompletedTask;
    }

    /// <returns>How many runs have ended, and those that did not complete.</returns>
    private static async Task<(int Ended, IReadOnlyList<string> Wrong)> WaitForRunsAsync(LoadedHost host, string pipeline, int uploads)
    {
        DateTime limit = DateTime.UtcNow + EndLimit;
        while (true)
        {
            JsonObject answer = JsonNode.Parse(await host.Client.GetStringAsync(new Uri($"api/pipelines/{pipeline}/runs?limit=200", UriKind.Relative)))!.AsObject();
            JsonObject[] runs = [.. answer["runs"]!.AsArray().Select(run => run!.AsObject())];
            JsonObject[] ended = [.. runs.Where(run => run["status"]!.GetValue<string>() is not ("claimed" or "running"))];
            if (ended.Length >= uploads || DateTime.UtcNow > limit)
                return (ended.Length, [.. ended.Where(run => run["status"]!.GetValue<string>() != "completed").Select(run => $"{run["id"]} {run["status"]}: {run["error"]?.ToJsonString()}")]);
            await Task.Delay(1000);
        }
    }
}
