using Azure;
using MlServerless.Storage.Tables;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Tables;

[Collection(AzuriteCollection.Name)]
public class TableTransactionTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task SubmitTransactionAsync_EveryKind_Applies()
    {
        TableClient table = await azurite.NewTableAsync();
        ETag etag = default;
        foreach (string key in (string[])["merged", "replaced", "deleted", "upmerged", "upreplaced"])
        {
            etag = (await table.AddEntityAsync(Entity(key, ("A", 1)))).Headers.ETag!.Value;
        }

        Response<IReadOnlyList<Response>> done = await table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Entity("ädded 'quoted' %20", ("A", 1))),
            new(TableTransactionActionType.UpdateMerge, Entity("merged", ("B", 2)), ETag.All),
            new(TableTransactionActionType.UpdateReplace, Entity("replaced", ("B", 2))),
            new(TableTransactionActionType.Delete, Entity("deleted")),
            new(TableTransactionActionType.UpsertMerge, Entity("upmerged", ("B", 2))),
            new(TableTransactionActionType.UpsertReplace, Entity("upreplaced", ("B", 2)), etag),
        ]);

        List<TableEntity> rows = await table.QueryAsync<TableEntity>().ToListAsync();
        Assert.Equal(
            ["merged: 1 2", "replaced:  2", "upmerged: 1 2", "upreplaced:  2", "ädded 'quoted' %20: 1 "],
            rows.Select(row => $"{row.RowKey}: {row["A"]} {row["B"]}").Order(StringComparer.Ordinal));
        Assert.Equal(6, done.Value.Count);
        Assert.All(done.Value, part => Assert.InRange(part.Status, 200, 204));
        Assert.Equal(rows.Single(row => row.RowKey == "merged").ETag, done.Value[1].Headers.ETag);
    }

    [Theory]
    [InlineData(TableTransactionActionType.Add, 409, TableErrorCode.EntityAlreadyExists)]
    [InlineData(TableTransactionActionType.UpdateReplace, 412, TableErrorCode.UpdateConditionNotSatisfied)]
    [InlineData(TableTransactionActionType.Delete, 412, TableErrorCode.UpdateConditionNotSatisfied)]
    internal async Task SubmitTransactionAsync_OneFails_NothingChangesAndTheIndexIsNamed(TableTransactionActionType kind, int status, string code)
    {
        TableClient table = await azurite.NewTableAsync();
        ETag stale = (await table.AddEntityAsync(Entity("there", ("A", 1)))).Headers.ETag!.Value;
        await table.UpsertEntityAsync(Entity("there", ("A", 2)), TableUpdateMode.Replace);

        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Entity("new")),
            new(TableTransactionActionType.UpsertReplace, Entity("also new")),
            new(kind, Entity("there", ("A", 3)), stale),
        ]));

        Assert.Equal((status, code, 2), (e.Status, e.ErrorCode, e.FailedTransactionActionIndex));
        TableEntity only = Assert.Single(await table.QueryAsync<TableEntity>().ToListAsync());
        Assert.Equal(2, only.GetInt32("A"));
    }

    [Fact]
    public async Task SubmitTransactionAsync_Hundred_Applies()
    {
        TableClient table = await azurite.NewTableAsync();

        await table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => new TableTransactionAction(TableTransactionActionType.Add, Entity($"r{i:D3}", ("A", i)))));

        Assert.Equal(100, (await table.QueryAsync<TableEntity>().ToListAsync()).Count);
    }

    [Fact]
    public async Task SubmitTransactionAsync_WhatTheServiceWouldRefuse_IsRefusedWithTheReason()
    {
        TableClient table = await azurite.NewTableAsync();
        async Task<string> RefusalAsync(params TableTransactionAction[] actions) =>
            (await Assert.ThrowsAsync<ArgumentException>(() => table.SubmitTransactionAsync(actions))).Message;

        Assert.Contains("1 to 100", await RefusalAsync());
        Assert.Contains("1 to 100", await RefusalAsync([.. Enumerable.Range(0, 101).Select(i => Put($"r{i}"))]));
        Assert.Contains("one partition", await RefusalAsync(Put("a"), new(TableTransactionActionType.Add, new TableEntity("other", "b"))));
        Assert.Contains("'a' is in it 2 times", await RefusalAsync(Put("a"), Put("a")));
        Assert.Contains("at most 4194304", await RefusalAsync([.. Enumerable.Range(0, 90).Select(i => Put($"r{i}", ("A", new string('x', 50_000))))]));
        Assert.Contains("U+002F", await RefusalAsync(Put("a/b")));
    }

    [Fact]
    public async Task SubmitTransactionAsync_NoTable_Throws()
    {
        TableClient table = new StorageClients(azurite.Settings, Azure.Core.Pipeline.HttpClientTransport.Shared).Table("nosuchtable");

        RequestFailedException e = await Assert.ThrowsAnyAsync<RequestFailedException>(() => table.SubmitTransactionAsync([Put("a")]));

        Assert.False(TableErrorCode.IsConditionFailed(e));
    }

    private static TableTransactionAction Put(string key, params (string Name, object Value)[] properties) =>
        new(TableTransactionActionType.UpsertReplace, Entity(key, properties));

    private static TableEntity Entity(string key, params (string Name, object Value)[] properties)
    {
        var entity = new TableEntity("p", key);
        foreach ((string name, object value) in properties)
        {
            entity.Add(name, value);
        }

        return entity;
    }
}
