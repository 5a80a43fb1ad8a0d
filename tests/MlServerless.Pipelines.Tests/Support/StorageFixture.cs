using Azure.Storage.Blobs;
using MlServerless.DevHost.Azurite;
using MlServerless.Pipelines.Ports;
using MlServerless.Storage;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>One emulator for the tests of a collection; every test takes names of its own.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private AzuriteServer? azurite;

    public IPipelineStorage Storage { get; private set; } = null!;

    public BlobServiceClient Blobs { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        azurite = await AzuriteServer.StartAsync(new AzuriteOptions(), CancellationToken.None);
        Storage = AzurePipelineStorage.Create(new StorageSettings { ConnectionString = azurite.ConnectionString });
        Blobs = new BlobServiceClient(azurite.ConnectionString);
        await Storage.EnsureCreatedAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (azurite is not null)
            await azurite.DisposeAsync();
    }

    /// <summary>A storage with containers and tables of its own, for tests of what looks at all of it.</summary>
    public async Task<IPipelineStorage> NewStorageAsync()
    {
        IPipelineStorage storage = AzurePipelineStorage.Create(new StorageSettings
        {
            ConnectionString = azurite!.ConnectionString,
            Names = StorageNames.Prefixed("t" + Guid.NewGuid().ToString("N")[..10]),
        });
        await storage.EnsureCreatedAsync(CancellationToken.None);
        return storage;
    }

    public Task UploadAsync(string name, string content) => UploadAsync(name, System.Text.Encoding.UTF8.GetBytes(content));

    public Task UploadAsync(string name, byte[] content) =>
        Blobs.GetBlobContainerClient("incoming").GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), overwrite: true);
}

[CollectionDefinition(Name)]
public sealed class StorageTests : ICollectionFixture<StorageFixture>
{
    public const string Name = "storage";
}
