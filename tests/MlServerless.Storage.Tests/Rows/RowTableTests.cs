using System.Text;
using FsCheck;
using MlServerless.Pipelines.Ports;
using MlServerless.Storage.Rows;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Rows;

[Collection(AzuriteCollection.Name)]
public class RowTableTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task TryInsertAsync_New_CanBeFound()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Runs;

        Row inserted = (await table.TryInsertAsync(new Row("churn", "t-1", """{"status":"claimed"}"""), None))!;

        Assert.Equal(inserted, await table.FindAsync("churn", "t-1", None));
        Assert.Null(await table.FindAsync("churn", "t-2", None));
    }

    [Fact]
    public async Task TryInsertAsync_ManyAtOnce_OneWins()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Runs;

        Row?[] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => table.TryInsertAsync(new Row("p", "claim", $"{{\"by\":{i}}}"), None)));

        Row winner = Assert.Single(results.OfType<Row>());
        Assert.Equal(winner, await table.FindAsync("p", "claim", None));
    }

    [Fact]
    public async Task TryReplaceAsync_ManyAtOnce_OneWinsEachRound()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Registry;
        Row row = (await table.TryInsertAsync(new Row("p", "r", "0"), None))!;
        for (int round = 1; round <= 5; round++)
        {
            Row read = row;
            Row?[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => table.TryReplaceAsync(read with { Json = $"[{round},{i}]" }, None)));
            row = Assert.Single(results.OfType<Row>());
        }

        Assert.Equal(row, await table.FindAsync("p", "r", None));
        Assert.StartsWith("[5,", row.Json);
    }

    [Fact]
    public async Task TryReplaceAsync_DeletedMeanwhile_IsNull()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Data;
        Row row = (await table.TryInsertAsync(new Row("p", "r", "{}"), None))!;
        await table.DeleteAsync("p", "r", None);
        await table.DeleteAsync("p", "r", None);

        Assert.Null(await table.TryReplaceAsync(row, None));
    }

    [Fact]
    public async Task TryReplaceAsync_WithoutETag_SaysWhatToDo()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Data;

        Assert.Contains("read it before", (await Assert.ThrowsAsync<ArgumentException>(() => table.TryReplaceAsync(new Row("p", "r", "{}"), None))).Message);
    }

    [Fact]
    public async Task PutAsync_ShorterDocument_LeavesNothingOfTheLongerOne()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Monitoring;
        await table.PutAsync(new Row("p", "r", new string('a', 100_000)), None);

        Row put = await table.PutAsync(new Row("p", "r", "{}"), None);

        Assert.Equal(put, await table.FindAsync("p", "r", None));
    }

    [Fact]
    public async Task PutAsync_LargestDocument_ReadsBackEqual()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Runs;
        string json = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"\"name{i % 10}\":é"))[..(RowJson.MaximumBytes / 2)];

        await table.PutAsync(new Row("p", "r", json), None);

        Assert.Equal(json, (await table.FindAsync("p", "r", None))!.Json);
        Assert.Contains("900002 bytes", (await Assert.ThrowsAsync<ArgumentException>(() => table.PutAsync(new Row("p", "r", json + "!"), None))).Message);
    }

    /// <summary>Large enough to travel in several pieces, whose borders fall within characters.</summary>
    [Theory]
    [InlineData("é")]
    [InlineData("日")]
    [InlineData("😀")]
    public async Task PutAndCommit_ManyMultibyteCharacters_ReadBackEqual(string character)
    {
        IRowTable table = (await azurite.NewStorageAsync()).Runs;
        string json = "\"" + string.Concat(Enumerable.Repeat(character, 80_000)) + "\"";

        await table.PutAsync(new Row("p", "put", json), None);
        Assert.True(await table.TryCommitAsync("p", [new RowChange(RowChangeKind.Insert, new Row("p", "committed", json))], None));

        Assert.Equal(json, (await table.FindAsync("p", "put", None))!.Json);
        Assert.Equal(json, (await table.FindAsync("p", "committed", None))!.Json);
    }

    [Fact]
    public async Task QueryAsync_MoreThanAThousand_AllInOrder()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Runs;
        string[] keys = [.. Enumerable.Range(0, 1230).Select(i => $"k{i:D5}")];
        foreach (string[] chunk in keys.Chunk(100))
        {
            Assert.True(await table.TryCommitAsync("p", [.. chunk.Select(key => new RowChange(RowChangeKind.Insert, new Row("p", key, $"\"{key}\"")))], None));
        }

        Assert.Equal(keys, await table.QueryAsync("p", null, null, None).Select(row => row.Key).ToListAsync());
        Assert.Equal(keys[17..1017], await table.QueryAsync("p", "k00017", "k01017", None).Select(row => row.Key).ToListAsync());
    }

    [Fact]
    public async Task QueryAsync_OrdinalOrderAcrossPartitions()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Registry;
        string[] keys = ["", "Z", "a", "a ", "a!", "a'", "a-", "a:", "aB", "a_b", "ab", "a~", "é", "中"];
        foreach (string partition in (string[])["b", "B", "a-1", "a"])
        {
            Assert.True(await table.TryCommitAsync(partition, [.. keys.Reverse().Select(key => new RowChange(RowChangeKind.Put, new Row(partition, key, "{}")))], None));
        }

        IEnumerable<string> expected = ((string[])["B", "a", "a-1", "b"]).SelectMany(partition => keys.Select(key => $"{partition}|{key}"));
        Assert.Equal(expected, await table.QueryAsync(null, null, null, None).Select(row => $"{row.Partition}|{row.Key}").ToListAsync());
        Assert.Equal(["a:", "aB", "a_b"], await table.QueryAsync("a", "a:", "ab", None).Select(row => row.Key).ToListAsync());
    }

    [Fact]
    public async Task TryCommitAsync_AllKinds_AllOrNone()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Registry;
        Row alias = (await table.TryInsertAsync(new Row("churn", "alias:champion", "1"), None))!;
        Row approval = (await table.TryInsertAsync(new Row("churn", "approval:2", "{}"), None))!;
        RowChange[] changes =
        [
            new(RowChangeKind.Replace, alias with { Json = "2" }),
            new(RowChangeKind.Insert, new Row("churn", "log:0002", "{}")),
            new(RowChangeKind.Put, new Row("churn", "version:2", "{}")),
            new(RowChangeKind.Delete, approval),
        ];

        Assert.True(await table.TryCommitAsync("churn", changes, None));
        Assert.False(await table.TryCommitAsync("churn", [new(RowChangeKind.Put, new Row("churn", "new", "{}")), changes[0]], None));
        Assert.False(await table.TryCommitAsync("churn", [new(RowChangeKind.Put, new Row("churn", "new", "{}")), changes[1]], None));
        Assert.False(await table.TryCommitAsync("churn", [new(RowChangeKind.Put, new Row("churn", "new", "{}")), changes[3]], None));
        Assert.False(await table.TryCommitAsync("churn", [changes[3]], None));

        Assert.Equal(["alias:champion=2", "log:0002={}", "version:2={}"], await table.QueryAsync("churn", null, null, None).Select(row => $"{row.Key}={row.Json}").ToListAsync());
    }

    [Fact]
    public async Task TryCommitAsync_ManyAtOnceOverOneAlias_OneWins()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Registry;
        Row alias = (await table.TryInsertAsync(new Row("m", "alias", "0"), None))!;

        bool[] won = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => table.TryCommitAsync(
            "m",
            [new RowChange(RowChangeKind.Replace, alias with { Json = $"{i}" }), new RowChange(RowChangeKind.Insert, new Row("m", $"log:{i}", "{}"))],
            None)));

        int winner = Assert.Single(Enumerable.Range(0, 8), i => won[i]);
        Assert.Equal(["alias=" + winner, $"log:{winner}={{}}"], await table.QueryAsync("m", null, null, None).Select(row => $"{row.Key}={row.Json}").ToListAsync());
    }

    [Fact]
    public async Task TryCommitAsync_RowOfAnotherPartition_IsRefused()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Registry;

        await Assert.ThrowsAsync<ArgumentException>(() => table.TryCommitAsync("a", [new RowChange(RowChangeKind.Put, new Row("b", "r", "{}"))], None));
    }

    [Fact]
    public async Task TryInsertAsync_AnswerLost_StillReportsOurInsert()
    {
        var transport = new LostAnswerTransport(request => request.Method == Azure.Core.RequestMethod.Post && request.Uri.Path.EndsWith("runs", StringComparison.Ordinal));
        (AzurePipelineStorage storage, _, _) = await azurite.NewStorageAsync(transport);

        Row? inserted = await storage.Runs.TryInsertAsync(new Row("p", "r", "{}"), None);

        Assert.Equal(1, transport.Lost);
        Assert.NotNull(inserted);
        Assert.Equal(inserted, await storage.Runs.FindAsync("p", "r", None));
        Assert.Null(await storage.Runs.TryInsertAsync(new Row("p", "r", "{}"), None));
    }

    [Fact]
    public async Task TryReplaceAsync_AnswerLost_StillReportsOurReplacement()
    {
        var transport = new LostAnswerTransport(request => request.Method == Azure.Core.RequestMethod.Put && request.Uri.Path.Contains("runs(", StringComparison.Ordinal));
        (AzurePipelineStorage storage, _, _) = await azurite.NewStorageAsync(transport);
        Row row = (await storage.Runs.TryInsertAsync(new Row("p", "r", "1"), None))!;

        Row? replaced = await storage.Runs.TryReplaceAsync(row with { Json = "2" }, None);

        Assert.Equal(1, transport.Lost);
        Assert.NotNull(replaced);
        Assert.Equal(replaced, await storage.Runs.FindAsync("p", "r", None));
    }

    [Fact]
    public async Task TryCommitAsync_AnswerLost_StillReportsOurCommit()
    {
        var transport = new LostAnswerTransport(request => request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal));
        (AzurePipelineStorage storage, _, _) = await azurite.NewStorageAsync(transport);
        Row old = (await storage.Registry.TryInsertAsync(new Row("p", "old", "{}"), None))!;

        bool committed = await storage.Registry.TryCommitAsync("p", [new(RowChangeKind.Delete, old), new(RowChangeKind.Insert, new Row("p", "new", "{}"))], None);

        Assert.Equal(1, transport.Lost);
        Assert.True(committed);
        Assert.Equal(["new"], await storage.Registry.QueryAsync("p", null, null, None).Select(row => row.Key).ToListAsync());
    }

    [Fact]
    public async Task PutAsync_AnyKeysAndText_ReadBackEqual()
    {
        IRowTable table = (await azurite.NewStorageAsync()).Runs;
        Rune[] forbidden = [.. "/\\#?".EnumerateRunes()];
        var keys = Properties.Texts(60, rune => !Rune.IsControl(rune) && !forbidden.Contains(rune));
        var texts = Properties.Texts(400, _ => true);
        var rows = Arb.From(
            from partition in keys.Generator
            from key in keys.Generator
            from text in texts.Generator
            select new Row(partition, key, text));

        Properties.Check(rows, row => RoundTripAsync(row).GetAwaiter().GetResult(), cases: 60);

        async Task<bool> RoundTripAsync(Row row)
        {
            Row put = await table.PutAsync(row, None);
            Row? found = await table.FindAsync(row.Partition, row.Key, None);
            List<Row> listed = await table.QueryAsync(row.Partition, row.Key, null, None).ToListAsync();
            bool committed = await table.TryCommitAsync(row.Partition, [new RowChange(RowChangeKind.Delete, put)], None);
            return found == put && listed.Contains(put) && committed;
        }
    }
}
