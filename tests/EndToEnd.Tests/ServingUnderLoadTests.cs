using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Soak.Serving;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Predictions while champions change, processes die and storage hangs. The long form is <c>tests/Soak -- serving</c>.</summary>
public sealed class ServingUnderLoadTests(ServingUnderLoadTests.Fixture app, ITestOutputHelper output) : AppTest(app, output), IClassFixture<ServingUnderLoadTests.Fixture>
{
    private const int Callers = 4;
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(60);

    // The setting, and time for what is under way on a busy machine.
    private static readonly TimeSpan AliasAge = TimeSpan.FromSeconds(1) + TimeSpan.FromSeconds(5);

    public sealed class Fixture() : DevHostFixture(new DevHostOptions
    {
        Name = "serving-load",
        AppIsKilled = true,
        Settings = new Dictionary<string, string>
        {
            ["MlServerless__AliasAge"] = "00:00:01",
            ["MlServerless__ModelsInMemory"] = "2",
            ["MlServerless__SketchInterval"] = "00:00:01",
        },
    });

    [Fact]
    public async Task Predict_WhileChampionsChangeAndModelsAreEvicted_NeverFailsAndCountsEveryCall()
    {
        const int requests = 4_000;
        SwappedModel[] models = [.. await Task.WhenAll(Enumerable.Range(1, 3).Select(i => SwappedModel.CreateAsync(Account.Storage, $"swapped-{i}", 4, TimeSpan.FromHours(1))))];
        using HttpClient client = Client();
        var load = new ServingLoad(client, Account.Storage, models, AliasAge);
        await load.RunAsync(requests, swaps: 20, Callers, seed: 7);
        Assert.Empty(load.Faults);
        Assert.Equal(20, models.Sum(model => model.Swaps));
        Assert.Equal((requests, requests), await load.CountUntilAsync(requests, CatchUp));
    }

    [Fact]
    public async Task Kill_UnderLoad_LosesAtMostTheLastIntervalAndTheReportNamesTheProcess()
    {
        // Windows of ten seconds, so that nobody waits for the end of one for long.
        SwappedModel model = await SwappedModel.CreateAsync(Account.Storage, "killed", 1, TimeSpan.FromSeconds(10));
        using HttpClient client = Client();
        var load = new ServingLoad(client, Account.Storage, [model], AliasAge) { MayFail = true };
        DateTimeOffset began = DateTimeOffset.UtcNow;
        using var end = new CancellationTokenSource();
        Task asking = load.RunUntilAsync(() => end.IsCancellationRequested, Callers, seed: 8);
        await Task.Delay(TimeSpan.FromSeconds(14));
        DateTimeOffset killedAt = DateTimeOffset.UtcNow;
        Host.KillApp();
        end.CancelAfter(TimeSpan.FromSeconds(3));
        await asking;
        Assert.Empty(load.Faults);

        // A window's first interval and the one before the kill, the ticks that look, and a second for them on a busy machine.
        DateTimeOffset kept = killedAt - TimeSpan.FromSeconds(9.5);
        long certain = load.Answers.Count(at => at < kept || at > killedAt + TimeSpan.FromSeconds(1));
        Assert.True(load.Answers.Any(at => at < kept), $"Nothing was answered from {began} to {kept}");
        (long rows, _) = await load.CountUntilAsync(certain, CatchUp);
        Assert.InRange(rows, certain, load.Answers.Count + Callers);

        for (DateTime limit = DateTime.UtcNow.AddSeconds(40); ; await Task.Delay(500))
        {
            JsonObject report = (await App.PostAsync("api/models/killed/drift", new JsonObject())).Expect(200);
            if (report.At("source.openProcesses").AsArray().Count > 0)
                break;
            Assert.True(DateTime.UtcNow < limit, $"No report names a process: {report["source"]}");
        }
    }

    [Fact]
    public async Task Predict_WhileStorageHangs_GoesOnWithTheChampionAndSketchesCatchUp()
    {
        SwappedModel model = await SwappedModel.CreateAsync(Account.Storage, "stranded", 1, TimeSpan.FromHours(1));
        using HttpClient client = Client();
        var load = new ServingLoad(client, Account.Storage, [model], AliasAge);
        await load.RunAsync(50, swaps: 0, Callers, seed: 9);
        await load.CountUntilAsync(50, CatchUp);
        int emulator = Signals.EmulatorOf(Host.Id);
        DateTime end = DateTime.UtcNow.AddSeconds(8);
        Signals.Pause(emulator);
        try
        {
            await load.RunUntilAsync(() => PauseUntil(end), 2, seed: 10);
        }
        finally
        {
            Signals.Resume(emulator);
        }

        Assert.Empty(load.Faults);
        Assert.True(load.Degraded > 0);
        Assert.True(load.Answers.Count > 60, $"{load.Answers.Count} answers");
        Assert.Equal(load.Answers.Count, (await load.CountUntilAsync(load.Answers.Count, CatchUp)).Requests);

        // It knows again who is champion, and does not doubt it any more.
        long before;
        DateTime limit = DateTime.UtcNow + CatchUp;
        do
        {
            Assert.True(DateTime.UtcNow < limit, "Answers go on saying degraded");
            before = load.Degraded;
            await load.RunAsync(1, swaps: 0, 1, seed: 11);
        }
        while (load.Degraded > before);
        await load.RunAsync(20, swaps: 0, 1, seed: 12);
        Assert.Equal(before, load.Degraded);
    }

    private static bool PauseUntil(DateTime end)
    {
        Thread.Sleep(20);
        return DateTime.UtcNow > end;
    }

    private HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = Host.Address.Url, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Add("x-functions-key", Host.Address.HostKey);
        return client;
    }
}
