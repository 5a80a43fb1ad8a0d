using System.Globalization;
using MlServerless.Pipelines.Ports;
using MlServerless.Soak.Load;
using MlServerless.Storage;

namespace MlServerless.Soak.Serving;

/// <summary>Predictions while champions change and models are evicted, and while storage does not answer: no error, no wrong version, and sketches that hold every call.</summary>
internal sealed class ServingSoak : ISoak
{
    private const int Callers = 8;
    private static readonly TimeSpan AliasAge = TimeSpan.FromSeconds(10) + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(10);

    public string Name => "serving";

    public string Summary => "champions that change and storage that hangs, under load (--requests 200000, --swaps 20, --outage-minutes 5, --seed 1, --app FOLDER)";

    public async Task<bool> RunAsync(string[] args)
    {
        int requests = 200_000, swaps = 20;
        double outage = 5;
        ulong seed = 1;
        string? app = null;
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--requests": requests = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--swaps": swaps = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--outage-minutes": outage = double.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--seed": seed = ulong.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--app": app = Path.GetFullPath(args[i + 1]); break;
                default: throw new ArgumentException($"'{args[i]}' is no option of serving.");
            }
        }

        // The app notices within ten seconds that storage hangs; a shorter outage shows nothing.
        if (outage < 1)
            throw new ArgumentException("--outage-minutes is at least 1.");

        // Three models where there is room for two: each call may find that its model was evicted.
        Environment.SetEnvironmentVariable("MlServerless__ModelsInMemory", "2");
        await using LoadedHost host = await LoadedHost.StartAsync(app);
        IPipelineStorage storage = AzurePipelineStorage.Create(new StorageSettings { ConnectionString = host.Storage });
        await storage.EnsureCreatedAsync(default);
        SwappedModel[] models = [.. await Task.WhenAll(Enumerable.Range(1, 3).Select(i => SwappedModel.CreateAsync(storage, $"swapped-{i}", 5, TimeSpan.FromHours(1))))];
        bool swapped = await SwapAsync(new ServingLoad(host.Client, storage, models, AliasAge), requests, swaps, seed);

        // A model of its own, whose sketches hold nothing else.
        SwappedModel stranded = await SwappedModel.CreateAsync(storage, "stranded", 1, TimeSpan.FromHours(1));
        return await OutageAsync(host, new ServingLoad(host.Client, storage, [stranded], AliasAge), TimeSpan.FromMinutes(outage), seed) && swapped;
    }

    private static async Task<bool> SwapAsync(ServingLoad load, int requests, int swaps, ulong seed)
    {
        await load.RunAsync(requests, swaps, Callers, seed);
        (long rows, long counted) = await load.CountUntilAsync(requests, CatchUp);
        bool ok = load.Faults.Count == 0 && rows == requests && counted == requests;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {requests} requests, {swaps} changes of champions, {load.Faults.Count} faults; the sketches hold {rows} rows of {counted} requests: {(ok ? "ok" : "FALLS SHORT")}"));
        Tell(load);
        return ok;
    }

    private static async Task<bool> OutageAsync(LoadedHost host, ServingLoad load, TimeSpan outage, ulong seed)
    {
        await load.RunAsync(500, 0, Callers, seed);
        (long before, _) = await load.CountUntilAsync(500, CatchUp);
        int emulator = Signals.EmulatorOf(host.Process);
        long calls = load.Answers.Count;
        DateTime end = DateTime.UtcNow + outage;
        Signals.Pause(emulator);
        try
        {
            // One call now and then: what counts is that each is answered, all the time.
            await load.RunUntilAsync(() => PauseUntil(end), 2, seed + 1);
        }
        finally
        {
            Signals.Resume(emulator);
        }

        long during = load.Answers.Count - calls;
        (long rows, _) = await load.CountUntilAsync(before + during, CatchUp);
        bool ok = load.Faults.Count == 0 && load.Degraded > 0 && rows == before + during;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"storage hung for {outage}: {during} calls answered, {load.Degraded} said degraded, {load.Faults.Count} faults; of them {rows - before} are in the sketches: {(ok ? "ok" : "FALLS SHORT")}"));
        Tell(load);
        return ok;
    }

    private static bool PauseUntil(DateTime end)
    {
        Thread.Sleep(20);
        return DateTime.UtcNow > end;
    }

    private static void Tell(ServingLoad load)
    {
        foreach (string fault in load.Faults.Take(5))
            Console.WriteLine("  " + fault);
    }
}
