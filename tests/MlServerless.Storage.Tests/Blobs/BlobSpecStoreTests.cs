using Azure.Core.Pipeline;
using MlServerless.Pipelines.Ports;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Blobs;

[Collection(AzuriteCollection.Name)]
public class BlobSpecStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task TryPutAsync_NewAndAgain_KeepsTheLast()
    {
        ISpecStore specs = (await azurite.NewStorageAsync()).Specs;

        string first = (await specs.TryPutAsync("churn", "{}"u8.ToArray(), null, None))!;
        string second = (await specs.TryPutAsync("churn", "{ }"u8.ToArray(), null, None))!;

        StoredSpec found = (await specs.FindAsync("churn", None))!;
        Assert.Equal(("churn", "{ }", second), (found.Name, System.Text.Encoding.UTF8.GetString(found.Json), found.ETag));
        Assert.NotEqual(first, second);
        Assert.DoesNotContain('"', second);
        Assert.Null(await specs.FindAsync("other", None));
    }

    [Fact]
    public async Task TryPutAsync_IfMatch_OnlyOverThatOne()
    {
        ISpecStore specs = (await azurite.NewStorageAsync()).Specs;

        Assert.Null(await specs.TryPutAsync("churn", "{}"u8.ToArray(), "*", None));
        string first = (await specs.TryPutAsync("churn", "{}"u8.ToArray(), null, None))!;
        string second = (await specs.TryPutAsync("churn", "{}"u8.ToArray(), first, None))!;
        Assert.Null(await specs.TryPutAsync("churn", "{}"u8.ToArray(), first, None));
        Assert.NotNull(await specs.TryPutAsync("churn", "{}"u8.ToArray(), $"\"{second}\"", None));
        Assert.NotNull(await specs.TryPutAsync("churn", "{}"u8.ToArray(), "*", None));
    }

    [Fact]
    public async Task TryPutAsync_IfMatchAndAnswerLost_StillReportsOurWrite()
    {
        bool armed = false;
        var transport = new LostAnswerTransport(request => armed && request.Method == Azure.Core.RequestMethod.Put);
        (AzurePipelineStorage storage, _, _) = await azurite.NewStorageAsync(transport);
        string first = (await storage.Specs.TryPutAsync("churn", "1"u8.ToArray(), null, None))!;
        armed = true;

        string? second = await storage.Specs.TryPutAsync("churn", "2"u8.ToArray(), first, None);

        Assert.Equal(1, transport.Lost);
        Assert.Equal((await storage.Specs.FindAsync("churn", None))!.ETag, second);
    }

    [Fact]
    public async Task ListNamesAsync_OnlySpecs()
    {
        (AzurePipelineStorage storage, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        await storage.Specs.TryPutAsync("demand", "{}"u8.ToArray(), null, None);
        await storage.Specs.TryPutAsync("churn", "{}"u8.ToArray(), null, None);
        await clients.Container(names.Pipelines).UploadBlobAsync("notes.txt", BinaryData.FromString("x"));
        await clients.Container(names.Pipelines).UploadBlobAsync("old/churn.json", BinaryData.FromString("x"));

        Assert.Equal(["churn", "demand"], await storage.Specs.ListNamesAsync(None).ToListAsync());
    }

    [Theory]
    [InlineData("../store/x")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    public async Task FindAsync_NameWithAPath_IsRefused(string name)
    {
        ISpecStore specs = (await azurite.NewStorageAsync()).Specs;

        await Assert.ThrowsAsync<ArgumentException>(() => specs.FindAsync(name, None));
    }
}
