using Azure;
using MlServerless.Storage.Tables;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Tables;

[Collection(AzuriteCollection.Name)]
public class TableClientTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task CreateIfNotExistsAsync_Again_IsFalse()
    {
        TableClient table = new StorageClients(azurite.Settings, Azure.Core.Pipeline.HttpClientTransport.Shared).Table("createdonce");

        Assert.True(await table.CreateIfNotExistsAsync());
        Assert.False(await table.CreateIfNotExistsAsync());
    }

    [Fact]
    public async Task AddEntityAsync_EveryType_ReadsBackEqual()
    {
        TableClient table = await azurite.NewTableAsync();
        var entity = new TableEntity("p", "r")
        {
            ["Text"] = "a \"quoted\" text\nwith ünï𝄞 and {\"json\":1}",
            ["Empty"] = "",
            ["True"] = true,
            ["False"] = false,
            ["Int"] = int.MinValue,
            ["Long"] = long.MaxValue,
            ["Fraction"] = 0.1,
            ["Whole"] = 3.0,
            ["Tiny"] = double.Epsilon,
            ["NotANumber"] = double.NaN,
            ["Infinite"] = double.NegativeInfinity,
            ["Time"] = new DateTimeOffset(2026, 11, 20, 12, 34, 56, TimeSpan.FromHours(2)).AddTicks(1_234_560),
            ["Guid"] = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
        };

        Response added = await table.AddEntityAsync(entity);
        TableEntity read = (await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;

        Assert.Equal(added.Headers.ETag, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Equal(entity.Count, read.Count);
        foreach ((string name, object value) in entity)
        {
            object expected = value is DateTimeOffset time ? time.ToUniversalTime() : value;
            Assert.Equal(expected, read[name]);
            Assert.IsType(expected.GetType(), read[name]);
        }
    }

    [Fact]
    public async Task AddEntityAsync_Binary_ReadsBackEqual()
    {
        TableClient table = await azurite.NewTableAsync();
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        await table.AddEntityAsync(new TableEntity("p", "r") { ["Bytes"] = BinaryData.FromBytes(bytes) });
        TableEntity read = (await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;

        Assert.Equal(bytes, Assert.IsType<BinaryData>(read["Bytes"]).ToArray());
    }

    [Fact]
    public async Task AddEntityAsync_Existing_IsConflict()
    {
        TableClient table = await azurite.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((409, TableErrorCode.EntityAlreadyExists), (e.Status, e.ErrorCode));
    }

    [Fact]
    public async Task GetEntityIfExistsAsync_Missing_HasNoValue()
    {
        TableClient table = await azurite.NewTableAsync();

        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "missing")).HasValue);
    }

    [Fact]
    public async Task GetEntityIfExistsAsync_NoTable_Throws()
    {
        TableClient table = new StorageClients(azurite.Settings, Azure.Core.Pipeline.HttpClientTransport.Shared).Table("nosuchtable");

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityIfExistsAsync<TableEntity>("p", "r"));

        Assert.Equal((404, TableErrorCode.TableNotFound), (e.Status, e.ErrorCode));
    }

    [Fact]
    public async Task UpdateEntityAsync_Modes_MergeOrReplace()
    {
        TableClient table = await azurite.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2 });

        Response merged = await table.UpdateEntityAsync(new TableEntity("p", "r") { ["B"] = 3 }, ETag.All, TableUpdateMode.Merge);
        TableEntity afterMerge = (await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["C"] = 4 }, merged.Headers.ETag!.Value, TableUpdateMode.Replace);
        TableEntity afterReplace = (await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;

        Assert.Equal((1, 3), (afterMerge.GetInt32("A"), afterMerge.GetInt32("B")));
        Assert.Equal((null, 4), (afterReplace.GetInt32("A"), afterReplace.GetInt32("C")));
    }

    [Fact]
    public async Task UpdateEntityAsync_StaleETag_IsPreconditionFailed()
    {
        TableClient table = await azurite.NewTableAsync();
        ETag stale = (await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 })).Headers.ETag!.Value;
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 2 });

        RequestFailedException update = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(new TableEntity("p", "r"), stale));
        RequestFailedException delete = await Assert.ThrowsAsync<RequestFailedException>(() => table.DeleteEntityAsync("p", "r", stale));
        RequestFailedException missing = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(new TableEntity("p", "other"), ETag.All));

        Assert.Equal((412, TableErrorCode.UpdateConditionNotSatisfied), (update.Status, update.ErrorCode));
        Assert.Equal(412, delete.Status);
        Assert.True(TableErrorCode.IsEntityMissing(missing));
    }

    [Fact]
    public async Task DeleteEntityAsync_Missing_IsNoError()
    {
        TableClient table = await azurite.NewTableAsync();

        Assert.Equal(404, (await table.DeleteEntityAsync("p", "missing")).Status);
    }

    [Fact]
    public async Task QueryAsync_FilterAndSelect_AreHonoured()
    {
        TableClient table = await azurite.NewTableAsync();
        foreach (int i in Enumerable.Range(0, 5))
        {
            await table.AddEntityAsync(new TableEntity("it's", $"r{i}") { ["N"] = i, ["M"] = "m" });
        }

        List<TableEntity> found = await table.QueryAsync<TableEntity>($"PartitionKey eq {TableKey.Literal("it's")} and N ge 3", select: ["N"]).ToListAsync();

        Assert.Equal([3, 4], found.Select(entity => entity.GetInt32("N")));
        Assert.All(found, entity => Assert.Null(entity["M"]));
    }

    [Fact]
    public async Task QueryAsync_SmallPages_ContinuesToTheEnd()
    {
        TableClient table = await azurite.NewTableAsync();
        foreach (int i in Enumerable.Range(0, 7))
        {
            await table.AddEntityAsync(new TableEntity("p", $"r{i}"));
        }

        List<int> sizes = [];
        await foreach (Page<TableEntity> page in table.QueryAsync<TableEntity>(maxPerPage: 3).AsPages())
        {
            sizes.Add(page.Values.Count);
        }

        Assert.Equal([3, 3, 1], sizes);
    }

    [Fact]
    public async Task QueryAsync_CancelledInBetween_Stops()
    {
        TableClient table = await azurite.NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r0"));
        await table.AddEntityAsync(new TableEntity("p", "r1"));
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TableEntity _ in table.QueryAsync<TableEntity>(maxPerPage: 1).WithCancellation(cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
    }
}
