using MlServerless.EndToEnd.Support;
using MlServerless.Soak.Faults;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>A few faults at storage calls of a run; all of them at all calls are a long test (<c>tests/Soak -- faults</c>).</summary>
public sealed class FaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const ulong Seed = 20261121;

    /// <summary>Without those by which a client waits long.</summary>
    private static readonly FaultKind[] Kinds = [FaultKind.ServerError, FaultKind.Busy, FaultKind.DropBefore, FaultKind.DropAfter, FaultKind.Cut, FaultKind.LostInSilence];

    private readonly string folder = Directory.CreateTempSubdirectory("mlserverless-faults-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Run_FaultAtAStorageCall_EndsRight()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync();
        await using DevHostProcess host = await DevHostProcess.StartAsync(new DevHostOptions { Name = "faults", App = FaultedApp.CopyWithProxy(AppPublish.Folder, proxy.Address, folder) });
        using var client = new HttpClient { BaseAddress = host.Address.Url };
        client.DefaultRequestHeaders.Add("x-functions-key", host.Address.HostKey);
        var trials = new FaultTrials(new FaultedApp(client, host.Address.Storage, host.Address.MasterKey, proxy));
        IReadOnlyList<StorageCall> calls = await trials.CountAsync();
        Assert.True(calls.Count > 50, $"A run made {calls.Count} calls through the proxy.");
        ulong state = Seed;
        foreach (FaultKind kind in Kinds)
        {
            // SplitMix64: the same places every time, and spread over the run; runs differ by a few calls, so the last ones are left to the long test.
            state += 0x9E3779B97F4A7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            double place = ((mixed ^ (mixed >> 27)) >> 11) * (1.0 / (1UL << 53));
            FaultOutcome outcome = await trials.RunAsync(new Fault(kind, 1 + (int)(place * (calls.Count - 20))));
            output.WriteLine($"{kind} at {outcome.Call}: {outcome.Took.TotalSeconds:0.0} s {outcome.Failure}");
            Assert.NotNull(outcome.Call);
            Assert.True(outcome.Wrong.Count == 0, $"{kind} at {outcome.Call}: {string.Join("; ", outcome.Wrong)}");
        }
    }
}
