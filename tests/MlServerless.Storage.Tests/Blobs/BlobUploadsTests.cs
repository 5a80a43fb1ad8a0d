using System.Text;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlServerless.Pipelines.Ports;
using MlServerless.Storage.Blobs;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Blobs;

[Collection(AzuriteCollection.Name)]
public class BlobUploadsTests(AzuriteFixture azurite)
{
    private const int RangesOf20MiB = 20 * 1024 * 1024;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task FindAsync_Upload_SaysWhatItIs()
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        BlobContentInfo written = await WriteAsync(incoming, "churn/2026 01 ünï #1?.csv", "a,b\n1,2\n"u8.ToArray(), "text/csv");

        UploadInfo info = (await uploads.FindAsync("churn/2026 01 ünï #1?.csv", None))!;

        Assert.Equal("churn/2026 01 ünï #1?.csv", info.Name);
        Assert.Equal(BlobETag.ToText(written.ETag), info.ETag);
        Assert.DoesNotContain('"', info.ETag);
        Assert.Equal((8L, "text/csv", null), (info.Bytes, info.ContentType, info.VersionId));
        Assert.Equal(incoming.GetBlobClient("churn/2026 01 ünï #1?.csv").Uri, info.Url);
        Assert.Equal(written.LastModified, info.LastModified);
    }

    [Theory]
    [InlineData("churn/missing.csv")]
    [InlineData("../store/x")]
    [InlineData("churn/./x")]
    [InlineData("")]
    public async Task FindAsync_Missing_IsNull(string name)
    {
        (IUploads uploads, _) = await NewAsync();

        Assert.Null(await uploads.FindAsync(name, None));
    }

    [Fact]
    public async Task TryDeleteAsync_OnlyWhatWasMeant()
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        BlobContentInfo first = await WriteAsync(incoming, "churn/x.csv", "a\n1\n"u8.ToArray(), "text/csv");
        BlobContentInfo second = await WriteAsync(incoming, "churn/x.csv", "a\n2\n"u8.ToArray(), "text/csv");

        Assert.False(await uploads.TryDeleteAsync("churn/x.csv", BlobETag.ToText(first.ETag), None));
        Assert.NotNull(await uploads.FindAsync("churn/x.csv", None));
        Assert.True(await uploads.TryDeleteAsync("churn/x.csv", BlobETag.ToText(second.ETag), None));
        Assert.Null(await uploads.FindAsync("churn/x.csv", None));
        Assert.False(await uploads.TryDeleteAsync("churn/x.csv", BlobETag.ToText(second.ETag), None));
    }

    [Fact]
    public async Task ListAsync_Prefix_InOrdinalOrder()
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        foreach (string name in (string[])["churn/b.csv", "churn/B.csv", "churn/a b.csv", "churn2/x.csv", "demand/x.csv"])
        {
            await WriteAsync(incoming, name, Encoding.UTF8.GetBytes(name));
        }

        List<UploadInfo> listed = await uploads.ListAsync("churn/", None).ToListAsync();

        Assert.Equal(["churn/B.csv", "churn/a b.csv", "churn/b.csv"], listed.Select(info => info.Name));
        Assert.Equal(5, await uploads.ListAsync(null, None).CountAsync());
        foreach (UploadInfo info in listed)
        {
            Assert.Equal(await uploads.FindAsync(info.Name, None), info);
        }
    }

    [Fact]
    public async Task OpenReadAsync_Unchanged_ReadsAll()
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        byte[] content = Content(RangesOf20MiB);
        BlobContentInfo written = await WriteAsync(incoming, "churn/x.csv", content);

        await using Stream stream = await uploads.OpenReadAsync("churn/x.csv", BlobETag.ToText(written.ETag), null, None);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);

        Assert.True(content.AsSpan().SequenceEqual(copy.ToArray()));
    }

    [Fact]
    public async Task OpenReadAsync_EmptyUpload_IsEmpty()
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        BlobContentInfo written = await WriteAsync(incoming, "churn/x.csv", []);

        await using Stream stream = await uploads.OpenReadAsync("churn/x.csv", BlobETag.ToText(written.ETag), null, None);

        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
    }

    [Fact]
    public async Task OpenReadAsync_QuotedETag_IsTheSame()
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        BlobContentInfo written = await WriteAsync(incoming, "churn/x.csv", [1]);

        await using Stream stream = await uploads.OpenReadAsync("churn/x.csv", written.ETag.ToString("H"), null, None);

        Assert.Equal(1, stream.ReadByte());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenReadAsync_ChangedBefore_Throws(bool deleted)
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        BlobContentInfo written = await WriteAsync(incoming, "churn/x.csv", [1, 2, 3]);
        await ChangeAsync(incoming, deleted ? null : [1, 2, 3]);

        UploadChangedException e = await Assert.ThrowsAsync<UploadChangedException>(() => uploads.OpenReadAsync("churn/x.csv", BlobETag.ToText(written.ETag), null, None));

        Assert.Equal(("churn/x.csv", BlobETag.ToText(written.ETag)), (e.Name, e.ETag));
    }

    [Theory]
    [InlineData(RangesOf20MiB, false)]
    [InlineData(RangesOf20MiB, true)]
    [InlineData(10, false)]
    [InlineData(null, false)]
    [InlineData(null, true)]
    public async Task OpenReadAsync_ChangedInMidRead_ThrowsAtTheNextRange(int? newLength, bool synchronous)
    {
        (IUploads uploads, BlobContainerClient incoming) = await NewAsync();
        BlobContentInfo written = await WriteAsync(incoming, "churn/x.csv", Content(RangesOf20MiB));
        await using Stream stream = await uploads.OpenReadAsync("churn/x.csv", BlobETag.ToText(written.ETag), null, None);
        await stream.ReadExactlyAsync(new byte[1000]);

        await ChangeAsync(incoming, newLength is { } length ? new byte[length] : null);

        await Assert.ThrowsAsync<UploadChangedException>(async () =>
        {
            if (synchronous)
            {
                stream.CopyTo(Stream.Null);
            }
            else
            {
                await stream.CopyToAsync(Stream.Null);
            }
        });
    }

    private async Task<(IUploads Uploads, BlobContainerClient Incoming)> NewAsync()
    {
        (AzurePipelineStorage storage, StorageClients clients, StorageNames names) = await azurite.NewStorageAsync(HttpClientTransport.Shared);
        return (storage.Uploads, clients.Container(names.Incoming));
    }

    private static async Task<BlobContentInfo> WriteAsync(BlobContainerClient incoming, string name, byte[] content, string? contentType = null) =>
        await incoming.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(content), new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } });

    private static async Task ChangeAsync(BlobContainerClient incoming, byte[]? content)
    {
        BlobClient blob = incoming.GetBlobClient("churn/x.csv");
        if (content is null)
        {
            await blob.DeleteAsync();
        }
        else
        {
            await blob.UploadAsync(BinaryData.FromBytes(content), overwrite: true);
        }
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i ^ (i >> 9)))];
}
