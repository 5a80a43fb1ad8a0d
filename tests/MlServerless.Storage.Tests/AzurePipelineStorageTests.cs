using Azure.Core.Pipeline;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests;

[Collection(AzuriteCollection.Name)]
public class AzurePipelineStorageTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task EnsureCreatedAsync_ManyAtOnceAndAgain_IsQuiet()
    {
        StorageSettings settings = azurite.NewSettings();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AzurePipelineStorage.Create(settings).EnsureCreatedAsync(None)));

        AzurePipelineStorage storage = AzurePipelineStorage.Create(settings);
        await storage.EnsureCreatedAsync(None);
        await storage.PingAsync(None);
        await storage.PingAsync(None);
    }

    [Fact]
    public async Task PingAsync_ThingsMissing_NamesEach()
    {
        (AzurePipelineStorage storage, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        await clients.Container(names.Store).DeleteAsync();
        await clients.Queue(names.Commands).DeleteAsync();
        StorageSettings partly = azurite.Settings with { Names = names with { RunsTable = "nosuchruns" } };

        StorageNotReadyException e = await Assert.ThrowsAsync<StorageNotReadyException>(() => AzurePipelineStorage.Create(partly).PingAsync(None));

        Assert.Contains($"container '{names.Store}', table 'nosuchruns', queue '{names.Commands}': missing", e.Message);
        Assert.DoesNotContain(names.Incoming, e.Message);
        await storage.EnsureCreatedAsync(None);
        await storage.PingAsync(None);
    }

    [Fact]
    public async Task PingAsync_WrongKey_SaysRefused()
    {
        var settings = new StorageSettings { ConnectionString = azurite.Server.ConnectionString.Replace("AccountKey=Eby8", "AccountKey=AAAA", StringComparison.Ordinal) };

        StorageNotReadyException e = await Assert.ThrowsAsync<StorageNotReadyException>(() => AzurePipelineStorage.Create(settings).PingAsync(None));

        Assert.Contains("refused", e.Message);
        await AzurePipelineStorage.Create(settings).EnsureCreatedAsync(None);
    }

    [Fact]
    public void Names_Defaults_AreThoseOfTheDeployment()
    {
        var names = new StorageNames();

        Assert.Equal(["incoming", "store", "pipelines", "monitoring", "checkpoints", "promotion-heads", "batches"], names.Containers);
        Assert.Equal(["runs", "data", "registry", "monitoring"], names.Tables);
        Assert.Equal(["dataset-events", "commands", "model-events"], names.Queues);
        Assert.Throws<ArgumentException>(() => StorageNames.Prefixed("1a"));
        Assert.Throws<ArgumentException>(() => StorageNames.Prefixed("a-b"));
    }
}
