using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using MlServerless.DevHost.Azurite;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Tests.Azurite;

public sealed class AzuriteServerTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string folder = Directory.CreateTempSubdirectory("azurite-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task StartAsync_DataDirectory_KeepsEverything()
    {
        await using (AzuriteServer first = await StartAsync(folder))
        {
            AzurePipelineStorage storage = Storage(first);
            await storage.EnsureCreatedAsync(None);
            await storage.Runs.TryInsertAsync(new Row("p", "r", "{}"), None);
            await storage.Content.PutAsync("content"u8.ToArray(), None);
        }

        await using AzuriteServer second = await StartAsync(folder);
        await AssertKeptAsync(second);
    }

    [Fact]
    public async Task StartAsync_StarterKilled_TakesTheFolderWithAllData()
    {
        // Another program starts the emulator as AzuriteServer does, and is killed in the middle of its work.
        string main = await AzuritePackage.EnsureAsync(null, None);
        int[] ports = [FreePort(), FreePort(), FreePort()];
        string[] arguments =
        [
            Path.Combine(AzuritePackage.Source, "azurite-host.cjs"), main, Path.Combine(folder, "azurite.pid"), "--location", folder,
            "--blobPort", $"{ports[0]}", "--queuePort", $"{ports[1]}", "--tablePort", $"{ports[2]}", "--skipApiVersionCheck", "--silent", "--disableTelemetry",
        ];
        string script = $"const c = require('node:child_process').spawn(process.execPath, {System.Text.Json.JsonSerializer.Serialize(arguments)}); c.stdout.pipe(process.stdout); c.stderr.pipe(process.stderr);";
        using Process starter = Process.Start(new ProcessStartInfo("node", ["-e", script]) { RedirectStandardOutput = true })!;
        while (await starter.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Azurite Table service is successfully", StringComparison.Ordinal))
        {
        }

        static string Endpoint(string name, int port) => $"{name}Endpoint=http://127.0.0.1:{port}/{AzuriteServer.AccountName};";
        AzurePipelineStorage storage = AzurePipelineStorage.Create(new StorageSettings
        {
            ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={AzuriteServer.AccountName};AccountKey={AzuriteServer.AccountKey};{Endpoint("Blob", ports[0])}{Endpoint("Queue", ports[1])}{Endpoint("Table", ports[2])}",
        });
        await storage.EnsureCreatedAsync(None);
        await storage.Content.PutAsync("content"u8.ToArray(), None);
        await storage.Runs.TryInsertAsync(new Row("p", "r", "{}"), None);
        starter.Kill();

        await using AzuriteServer second = await StartAsync(folder);
        await AssertKeptAsync(second);
    }

    [Fact]
    public async Task StartAsync_FolderInUse_SaysSo()
    {
        await using AzuriteServer first = await StartAsync(folder);

        Assert.Contains("used by another running DevHost", (await Assert.ThrowsAsync<AzuriteException>(() => StartAsync(folder))).Message);
    }

    [Fact]
    public async Task StartAsync_PortTaken_SaysWhichAndFreesTheFolder()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        AzuriteException e = await Assert.ThrowsAsync<AzuriteException>(() => AzuriteServer.StartAsync(new AzuriteOptions { DataDirectory = folder, TablePort = port }, None));

        Assert.Contains($"Port {port} is taken", e.Message);
        await using AzuriteServer afterwards = await StartAsync(folder);
    }

    [Fact]
    public async Task StartAsync_FolderIsAFile_SaysSo()
    {
        string file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, "");

        Assert.Contains($"'{file}' cannot be used", (await Assert.ThrowsAsync<AzuriteException>(() => StartAsync(file))).Message);
    }

    [Fact]
    public async Task StartAsync_GivenPort_IsUsed()
    {
        int port = FreePort();

        await using AzuriteServer server = await AzuriteServer.StartAsync(new AzuriteOptions { BlobPort = port }, None);

        Assert.Equal(new Uri($"http://127.0.0.1:{port}/{AzuriteServer.AccountName}"), server.BlobEndpoint);
        Assert.False((await new BlobContainerClient(server.ConnectionString, "none").ExistsAsync()).Value);
    }

    [Fact]
    public async Task DisposeAsync_Twice_EndsTheProcess()
    {
        AzuriteServer server = await StartAsync(null);
        using Process process = Process.GetProcessById(server.ProcessId);

        await server.DisposeAsync();
        await server.DisposeAsync();

        Assert.True(process.HasExited);
        Assert.True(server.Completion.IsCompleted);
    }

    [Fact]
    public async Task StartAsync_Cancelled_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        Task<AzuriteServer> starting = AzuriteServer.StartAsync(new AzuriteOptions { DataDirectory = folder }, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);

        await using AzuriteServer afterwards = await StartAsync(folder);
    }

    [Theory]
    [InlineData("v20.20.2", 20)]
    [InlineData("v9.0.0", 9)]
    [InlineData("20.1", null)]
    [InlineData("vx", null)]
    [InlineData("", null)]
    public void MajorOf_Versions(string version, int? expected) => Assert.Equal(expected, NodeRuntime.MajorOf(version));

    [Fact]
    public void LockFile_NamesNoRegistryHost() =>
        Assert.DoesNotContain("\"resolved\"", File.ReadAllText(Path.Combine(AzuritePackage.Source, "package-lock.json")));

    private static Task<AzuriteServer> StartAsync(string? folder) => AzuriteServer.StartAsync(new AzuriteOptions { DataDirectory = folder }, None);

    private static AzurePipelineStorage Storage(AzuriteServer server) => AzurePipelineStorage.Create(new StorageSettings { ConnectionString = server.ConnectionString });

    private static async Task AssertKeptAsync(AzuriteServer server)
    {
        AzurePipelineStorage storage = Storage(server);
        Assert.Equal("{}", (await storage.Runs.FindAsync("p", "r", None))!.Json);
        Assert.Equal("content"u8.ToArray(), await storage.Content.ReadAsync(Data.ContentHash.Of("content"u8), None));
        await storage.PingAsync(None);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
