using MlServerless.Pipelines.Ports;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Blobs;

[Collection(AzuriteCollection.Name)]
public class BlobFolderTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task WriteAsync_Again_Overwrites()
    {
        IBlobFolder folder = (await azurite.NewStorageAsync()).Checkpoints;
        Assert.Null(await folder.FindAsync("run/a", None));

        await folder.WriteAsync("run/a", new byte[] { 1, 2, 3 }, None);
        await folder.WriteAsync("run/a", new byte[] { 4 }, None);

        Assert.Equal([4], await folder.FindAsync("run/a", None));
    }

    [Fact]
    public async Task DeleteAsync_Prefix_LeavesTheRest()
    {
        IBlobFolder folder = (await azurite.NewStorageAsync()).MonitoringBlobs;
        foreach (string path in (string[])["m/1/b", "m/1/a", "m/10/a", "m2/1/a"])
        {
            await folder.WriteAsync(path, new byte[] { 1 }, None);
        }

        Assert.Equal(["m/1/a", "m/1/b", "m/10/a"], await folder.ListAsync("m/", None).ToListAsync());
        await folder.DeleteAsync("m/1/", None);
        await folder.DeleteAsync("m/1/", None);

        Assert.Equal(["m/10/a", "m2/1/a"], await folder.ListAsync("", None).ToListAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => folder.DeleteAsync("", None));
    }

    [Fact]
    public async Task WriteAsync_PathOutOfTheContainer_IsRefused()
    {
        IBlobFolder folder = (await azurite.NewStorageAsync()).Checkpoints;

        await Assert.ThrowsAsync<ArgumentException>(() => folder.WriteAsync("../store/x", new byte[1], None));
    }
}
