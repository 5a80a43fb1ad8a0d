using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Storage.Blobs;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Blobs;

[Collection(AzuriteCollection.Name)]
public class BlobContentStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(6_000_000)]
    public async Task PutAsync_Content_ReadsBackEqual(int length)
    {
        IContentStore store = (await azurite.NewStorageAsync()).Content;
        byte[] content = Bytes(length);

        ContentHash hash = await store.PutAsync(content, None);

        Assert.Equal(ContentHash.Of(content), hash);
        Assert.True(await store.ExistsAsync(hash, None));
        Assert.Equal(content, await store.ReadAsync(hash, None));
        await using Stream stream = await store.OpenReadAsync(hash, None);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public async Task PutAsync_ManyAtOnce_LeavesOneUntouchedCopy()
    {
        (AzurePipelineStorage storage, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        byte[] small = Bytes(1000);
        byte[] large = Bytes(1_000_000);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => storage.Content.PutAsync(i % 2 == 0 ? small : large, None)));
        BlobClient blob = Blob(clients, names, ContentHash.Of(small));
        Azure.ETag before = (await blob.GetPropertiesAsync()).Value.ETag;
        await storage.Content.PutAsync(small, None);

        Assert.Equal(2, await clients.Container(names.Store).GetBlobsAsync().CountAsync());
        Assert.Equal(before, (await blob.GetPropertiesAsync()).Value.ETag);
    }

    [Fact]
    public async Task ListAsync_AllInOrderOfTheHashes()
    {
        IContentStore store = (await azurite.NewStorageAsync()).Content;
        var put = new List<ContentHash>();
        for (int i = 0; i < 20; i++)
            put.Add(await store.PutAsync(Bytes(i), None));

        List<StoredContent> listed = await store.ListAsync(None).ToListAsync();

        Assert.Equal(put.OrderBy(hash => hash.Hex, StringComparer.Ordinal), listed.Select(content => content.Hash));
        Assert.Equal(Enumerable.Range(0, 20).Sum(), listed.Sum(content => content.Bytes));
        Assert.All(listed, content => Assert.InRange(DateTimeOffset.UtcNow - content.WrittenAt, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(5)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300_000)]
    public async Task TryDeleteAsync_PutAgainSinceTheListing_Stays(int length)
    {
        (AzurePipelineStorage storage, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        var store = new BlobContentStore(new Lazy<BlobContainerClient>(() => clients.Container(names.Store)), refreshAfter: TimeSpan.Zero);
        byte[] content = Bytes(length);
        ContentHash hash = await storage.Content.PutAsync(content, None);
        StoredContent listed = Assert.Single(await store.ListAsync(None).ToListAsync());

        await store.PutAsync(content, None);

        Assert.False(await store.TryDeleteAsync(listed, None));
        Assert.Equal(content, await store.ReadAsync(hash, None));
        Assert.True(await store.TryDeleteAsync(Assert.Single(await store.ListAsync(None).ToListAsync()), None));
        Assert.False(await store.ExistsAsync(hash, None));
        Assert.False(await store.TryDeleteAsync(listed, None));
        Assert.Equal(hash, await store.PutAsync(content, None));
        Assert.Equal(content, await store.ReadAsync(hash, None));
    }

    [Fact]
    public async Task PutAsync_LargeContent_IsOnePutBlob()
    {
        var seen = new List<string>();
        var transport = new LostAnswerTransport(request =>
        {
            lock (seen)
            {
                seen.Add($"{request.Method} {request.Uri.Query}");
            }

            return false;
        });
        (AzurePipelineStorage storage, _, _) = await azurite.NewStorageAsync(transport);
        seen.Clear();

        await storage.Content.PutAsync(Bytes(70 * 1024 * 1024), None);

        Assert.Equal(["HEAD ", "PUT "], seen);
    }

    [Fact]
    public async Task PutAsync_AnswerLost_IsStored()
    {
        var transport = new LostAnswerTransport(request => request.Method == Azure.Core.RequestMethod.Put && request.Uri.Path.Contains("sha256", StringComparison.Ordinal));
        (AzurePipelineStorage storage, _, _) = await azurite.NewStorageAsync(transport);

        ContentHash hash = await storage.Content.PutAsync(Bytes(10), None);

        Assert.Equal(1, transport.Lost);
        Assert.Equal(Bytes(10), await storage.Content.ReadAsync(hash, None));
    }

    [Fact]
    public async Task ReadAsync_Missing_NamesTheHash()
    {
        IContentStore store = (await azurite.NewStorageAsync()).Content;
        ContentHash hash = ContentHash.Of([1, 2, 3]);

        Assert.False(await store.ExistsAsync(hash, None));
        Assert.Equal(hash, (await Assert.ThrowsAsync<ContentMissingException>(() => store.ReadAsync(hash, None))).Hash);
        Assert.Equal(hash, (await Assert.ThrowsAsync<ContentMissingException>(() => store.OpenReadAsync(hash, None))).Hash);
        await Assert.ThrowsAsync<ArgumentException>(() => store.ReadAsync(default, None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task ReadAsync_OverwrittenByHand_IsCorrupt(int change)
    {
        (AzurePipelineStorage storage, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        byte[] content = Bytes(50_000);
        ContentHash hash = await storage.Content.PutAsync(content, None);
        byte[] other = change == 0 ? [.. content[..^1], (byte)(content[^1] ^ 1)] : Bytes(content.Length + change);
        await Blob(clients, names, hash).UploadAsync(BinaryData.FromBytes(other), overwrite: true);

        ContentCorruptException e = await Assert.ThrowsAsync<ContentCorruptException>(() => storage.Content.ReadAsync(hash, None));
        Assert.Equal((hash, ContentHash.Of(other)), (e.Expected, e.Actual));
        await using (Stream asynchronous = await storage.Content.OpenReadAsync(hash, None))
        {
            await Assert.ThrowsAsync<ContentCorruptException>(() => asynchronous.CopyToAsync(Stream.Null));
        }

        await using Stream synchronous = await storage.Content.OpenReadAsync(hash, None);
        Assert.Throws<ContentCorruptException>(() => synchronous.CopyTo(Stream.Null));
    }

    [Fact]
    public async Task OpenReadAsync_ReaderStopsAtTheLastByte_StillSeesCorruption()
    {
        (AzurePipelineStorage storage, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        ContentHash hash = await storage.Content.PutAsync(Bytes(100), None);
        await Blob(clients, names, hash).UploadAsync(BinaryData.FromBytes(new byte[100]), overwrite: true);

        await using Stream stream = await storage.Content.OpenReadAsync(hash, None);
        await stream.ReadExactlyAsync(new byte[99]);

        await Assert.ThrowsAsync<ContentCorruptException>(async () => await stream.ReadExactlyAsync(new byte[1]));
    }

    private static BlobClient Blob(StorageClients clients, StorageNames names, ContentHash hash) =>
        clients.Container(names.Store).GetBlobClient(BlobContentStore.PathOf(hash));

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 31) ^ (i >> 8)))];
}
