using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;

namespace MlServerless.DevHost.Tests.EndToEnd;

/// <summary>Processes that die, and starts that cannot succeed.</summary>
public sealed class FailureTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    [Fact]
    public async Task App_KilledInAnActivity_OrchestrationCompletes()
    {
        using var folder = new TestAppFolder(storage.ConnectionString);
        await using var host = await folder.StartAsync();
        await host.DurableAsync(HttpMethod.Post, "orchestrators/Pipeline/k1", """{"id":"k1","mode":"gate"}""");
        await folder.TracedAsync("work k1-prepared");
        var first = await PidAsync(host);
        DevHostProcess.KillNow(first);
        await folder.TracedAsync("work k1-prepared", 2);
        folder.Open("work.gate");
        Assert.Equal("k1-prepared-worked", await host.EndedAsync("k1"));
        Assert.NotEqual(first, await PidAsync(host));
        Assert.Single(folder.Traces, t => t == "prepare k1");
    }

    [Fact]
    public async Task DevHost_Killed_GoesOnWhereItWas()
    {
        // With storage of its own, which dies and comes back with it.
        using var folder = new TestAppFolder(null);
        var host = await folder.StartAsync();
        await host.DurableAsync(HttpMethod.Post, "orchestrators/Pipeline/k2", """{"id":"k2","mode":"gate"}""");
        await host.DurableAsync(HttpMethod.Post, "orchestrators/Pipeline/k3", """{"id":"k3","mode":"event"}""");
        await host.DurableAsync(HttpMethod.Post, "orchestrators/Parent/k4", """[{"id":"k5","mode":""}]""");
        var blobs = new BlobContainerClient(host.Find("Storage (Azurite): "), folder.Container);
        await blobs.CreateIfNotExistsAsync();
        await blobs.GetBlobClient("x.csv").UploadAsync(BinaryData.FromString("1"));
        await folder.TracedAsync("blob ");
        await folder.TracedAsync("prepare k3");
        await folder.TracedAsync("work k2-prepared");
        var app = await PidAsync(host);
        var (port, key) = (host.Http.BaseAddress!.Port, host.Find("Master key: "));
        await host.KillAsync();
        await host.DisposeAsync();

        await using var next = await folder.StartAsync();
        Assert.False(DevHostProcess.IsRunning(app));
        Assert.Equal(key, next.Find("Master key: "));
        await next.DurableAsync(HttpMethod.Post, "instances/k3/raiseEvent/go", "\"!\"");
        folder.Open("work.gate");
        Assert.Equal("k2-prepared-worked", await next.EndedAsync("k2"));
        Assert.Equal("k3-prepared!-worked", await next.EndedAsync("k3"));
        Assert.Equal("k5-prepared-worked", await next.EndedAsync("k4"));
        Assert.Single(folder.Traces, t => t == "prepare k2");
        // The container was announced before; its address is the same.
        await new BlobContainerClient(next.Find("Storage (Azurite): "), folder.Container).GetBlobClient("y.csv").UploadAsync(BinaryData.FromString("2"));
        await folder.TracedAsync("blob ", 2);
        Assert.Equal(2, folder.Traces.Count(t => t.StartsWith("blob ", StringComparison.Ordinal)));

        var last = await PidAsync(next);
        Assert.Equal(0, await next.StopAsync());
        Assert.False(DevHostProcess.IsRunning(last));
    }

    [Fact]
    public async Task CtrlC_InAnActivity_FailsNothing_AndTheNextStartMakesUpForTimers()
    {
        using var folder = new TestAppFolder(storage.ConnectionString);
        await using (var host = await folder.StartAsync())
        {
            await host.DurableAsync(HttpMethod.Post, "orchestrators/Pipeline/i1", """{"id":"i1","mode":"gate"}""");
            await folder.TracedAsync("work i1-prepared");
            Assert.Equal(0, await host.InterruptAsync(await PidAsync(host)));
        }

        Assert.DoesNotContain("tick True", folder.Traces);
        // As if the host had not run for months.
        File.WriteAllText(
            Path.Combine(folder.Data, "timers.json"),
            """{"Tick":{"Last":"2025-06-01T00:00:00Z","Next":"2026-01-01T00:00:00Z","LastUpdated":"2025-06-01T00:00:00Z"}}""");
        folder.Open("work.gate");
        await using var next = await folder.StartAsync();
        Assert.Equal("i1-prepared-worked", await next.EndedAsync("i1"));
        var (_, history) = await next.DurableAsync(HttpMethod.Get, "instances/i1?showHistory=true");
        Assert.DoesNotContain("TaskFailed", history, StringComparison.Ordinal);
        await folder.TracedAsync("tick True");
    }

    [Fact]
    public async Task App_ExitCodes_FollowTheHostsRules()
    {
        using var folder = new TestAppFolder(storage.ConnectionString);
        await using var host = await folder.StartAsync("--max-restarts", "2");
        // Uncounted, as often as it likes.
        for (var i = 0; i < 3; i++)
        {
            var before = await PidAsync(host);
            await ExitAsync(host, 200);
            Assert.NotEqual(before, await PidAsync(host));
        }

        await ExitAsync(host, 3);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, "/api/pid")).Status);
        await ExitAsync(host, 3);
        Assert.Equal(5, await host.ExitAsync());
        await host.WaitForLineAsync("failed 2 times");
    }

    [Fact]
    public async Task Start_ThatCannotSucceed_SaysWhy()
    {
        using var folder = new TestAppFolder(storage.ConnectionString);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        async Task ExpectAsync(int code, string text, params string[] arguments)
        {
            await using var host = folder.Start(arguments);
            Assert.Equal(code, await host.ExitAsync());
            await host.WaitForLineAsync(text);
        }

        await ExpectAsync(4, $"Port {port} is taken", "--port", port);
        await ExpectAsync(2, "Unknown option '--nonsense'", "--nonsense", "1");
        await ExpectAsync(3, "holds no host.json", "--app", Path.GetTempPath());
        folder.Settings["TickSchedule"] = "61 * * * * *";
        await ExpectAsync(3, "Tick/function.json(7): schedule '61 * * * * *': '61' is outside of 0 to 59 in the second field.");
        folder.Settings["TickSchedule"] = "0 0 0 1 1 *";
        folder.Settings["PATH"] = "/nonexistent";
        folder.Settings["AzureWebJobsStorage"] = "";
        await ExpectAsync(4, "Node");
    }

    private static async Task<int> PidAsync(DevHostProcess host) =>
        int.Parse((await host.SendAsync(HttpMethod.Get, "/api/pid")).Body, CultureInfo.InvariantCulture);

    private static async Task ExitAsync(DevHostProcess host, int code)
    {
        var restarts = host.Lines.Count(l => l.Contains("The app is ready", StringComparison.Ordinal));
        await host.SendAsync(HttpMethod.Post, FormattableString.Invariant($"/api/exit/{code}"));
        await Waiting.UntilAsync(
            () => host.HasExited || host.Lines.Count(l => l.Contains("The app is ready", StringComparison.Ordinal)) > restarts,
            "the app is ready again");
    }
}
