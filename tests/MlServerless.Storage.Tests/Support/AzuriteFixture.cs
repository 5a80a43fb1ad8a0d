using Azure.Core.Pipeline;
using MlServerless.DevHost.Azurite;

namespace MlServerless.Storage.Tests.Support;

/// <summary>One emulator, in memory, for all tests; each test takes names of its own in it.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static int counter;

    public AzuriteServer Server { get; private set; } = null!;

    public StorageSettings Settings => new() { ConnectionString = Server.ConnectionString };

    public async Task InitializeAsync() => Server = await AzuriteServer.StartAsync(new AzuriteOptions(), CancellationToken.None);

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Settings whose names no other test uses.</summary>
    public StorageSettings NewSettings() => Settings with { Names = StorageNames.Prefixed(NewPrefix()) };

    /// <summary>A storage whose containers, tables and queues exist and are empty.</summary>
    public async Task<AzurePipelineStorage> NewStorageAsync() => (await NewStorageAsync(HttpClientTransport.Shared)).Storage;

    internal async Task<(AzurePipelineStorage Storage, StorageClients Clients, StorageNames Names)> NewStorageAsync(HttpPipelineTransport transport)
    {
        StorageSettings settings = NewSettings();
        AzurePipelineStorage storage = AzurePipelineStorage.Create(settings, transport);
        await storage.EnsureCreatedAsync(CancellationToken.None);
        return (storage, new StorageClients(settings, HttpClientTransport.Shared), settings.Names);
    }

    internal async Task<Storage.Tables.TableClient> NewTableAsync()
    {
        Storage.Tables.TableClient table = new StorageClients(Settings, HttpClientTransport.Shared).Table(NewPrefix() + "table");
        await table.CreateIfNotExistsAsync();
        return table;
    }

    private static string NewPrefix() => $"t{Interlocked.Increment(ref counter)}";
}
