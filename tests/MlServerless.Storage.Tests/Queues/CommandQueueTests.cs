using System.Text;
using Azure.Core.Pipeline;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Queues;

[Collection(AzuriteCollection.Name)]
public class CommandQueueTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task SendAsync_Message_ArrivesInBase64AndDoesNotExpire()
    {
        (AzurePipelineStorage storage, _, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);

        await storage.Commands.SendAsync("""{"kind":"start ünï"}""", null, None);

        QueueMessage message = (await Raw(names).ReceiveMessageAsync()).Value;
        Assert.Equal("""{"kind":"start ünï"}""", Encoding.UTF8.GetString(Convert.FromBase64String(message.MessageText)));
        Assert.True(message.ExpiresOn > DateTimeOffset.UtcNow.AddYears(10));
    }

    [Fact]
    public async Task SendAsync_VisibleAfter_IsHidden()
    {
        (AzurePipelineStorage storage, _, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);

        await storage.Commands.SendAsync("later", TimeSpan.FromHours(1), None);

        Assert.Null((await Raw(names).ReceiveMessageAsync()).Value);
        Assert.Equal(1, (await Raw(names).GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task SendAsync_TooLong_IsRefused()
    {
        (AzurePipelineStorage storage, _, _) = await azurite.NewStorageAsync(HttpClientTransport.Shared);

        await storage.Commands.SendAsync(new string('x', 48 * 1024), null, None);

        Assert.Contains("at most 49152", (await Assert.ThrowsAsync<ArgumentException>(() => storage.Commands.SendAsync(new string('x', (48 * 1024) + 1), null, None))).Message);
    }

    private QueueClient Raw(StorageNames names) => new(azurite.Server.ConnectionString, names.Commands);
}
