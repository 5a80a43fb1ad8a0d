using System.Net;
using System.Net.Sockets;

namespace MlServerless.Storage.Tests;

/// <summary>Apart from the tests with an emulator, so that its retries run beside them.</summary>
public class StorageUnreachableTests
{
    [Fact]
    public async Task PingAsync_NothingListens_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        string endpoint = $"http://127.0.0.1:{port}/devstoreaccount1";
        AzurePipelineStorage storage = AzurePipelineStorage.Create(new StorageSettings
        {
            ConnectionString = $"AccountName=devstoreaccount1;AccountKey=AAAA;BlobEndpoint={endpoint};QueueEndpoint={endpoint};TableEndpoint={endpoint}",
        });

        StorageNotReadyException e = await Assert.ThrowsAsync<StorageNotReadyException>(() => storage.PingAsync(CancellationToken.None));

        Assert.Contains("queue 'commands'", e.Message);
        Assert.Contains(": no answer. Check the address", e.Message);
        Assert.NotNull(e.InnerException);
    }

    [Fact]
    public async Task PingAsync_Cancelled_IsCancelled()
    {
        AzurePipelineStorage storage = AzurePipelineStorage.Create(new StorageSettings { ConnectionString = "UseDevelopmentStorage=true" });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => storage.PingAsync(new CancellationToken(canceled: true)));
    }
}
