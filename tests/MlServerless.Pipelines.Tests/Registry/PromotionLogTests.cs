using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Registry;

[Collection(StorageTests.Name)]
public sealed class PromotionLogTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();

    private PromotionLog Log => new(fixture.Storage);

    private ModelRegistry Registry => new(fixture.Storage, time);

    private IRowTable Table => fixture.Storage.Registry;

    /// <summary>A log of champions 1, 2, …, a minute apart.</summary>
    private async Task PromoteAsync(int versions)
    {
        for (int i = 1; i <= versions; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await TestVersions.PromoteAsync(Registry, model, $"{i}", $"run{i}");
        }
    }

    private Task<ChainVerification> VerifyAsync() => Log.VerifyAsync(model, CancellationToken.None);

    private async Task<JsonObject> ReadAsync(string key) => JsonNode.Parse((await Table.FindAsync(model, key, CancellationToken.None))!.Json)!.AsObject();

    private Task WriteAsync(string key, JsonObject json) => Table.PutAsync(new Row(model, key, json.ToJsonString()), CancellationToken.None);

    [Fact]
    public async Task VerifyAsync_LogAsWritten_IsIntactAndAnchoredEntryByEntry()
    {
        await PromoteAsync(3);
        ChainVerification found = await VerifyAsync();
        Assert.Empty(found.Faults);
        Assert.True(found.Intact);
        Assert.Equal((3L, 3), (found.Entries, found.Anchored));
        Assert.Empty(found.Unanchored);
        Assert.Equal((await Registry.ListLogAsync(model, CancellationToken.None).LastAsync()).ComputeHash(), found.Head);
    }

    [Theory]
    [InlineData("why", "\"other\"")]
    [InlineData("toVersion", "3")]
    [InlineData("metrics", "{\"auc\":0.99}")]
    [InlineData("neverHeardOf", "1")]
    public async Task VerifyAsync_FieldChanged_NamesTheEntryAndTheField(string field, string value)
    {
        await PromoteAsync(3);
        JsonObject entry = await ReadAsync("log:0000000002");
        entry[field] = JsonNode.Parse(value);
        await WriteAsync("log:0000000002", entry);
        ChainVerification found = await VerifyAsync();
        Assert.False(found.Intact);
        Assert.Contains(found.Faults, fault => fault is { Sequence: 3, Code: "broken-chain" });
        Assert.Equal([field], Assert.Single(found.Faults, fault => fault is { Sequence: 2, Code: "other-anchor" }).Fields);
    }

    [Fact]
    public async Task VerifyAsync_WholeChainRewrittenWithItsHashes_IsFoundByTheAnchors()
    {
        await PromoteAsync(3);
        PromotionLogEntry[] entries = await Registry.ListLogAsync(model, CancellationToken.None).ToArrayAsync();
        entries[1] = entries[1] with { RunId = "forged" };
        entries[2] = entries[2] with { Previous = entries[1].ComputeHash() };
        foreach (PromotionLogEntry entry in entries)
            await Table.PutAsync(new Row(model, PromotionLog.KeyOf(entry.Sequence), JsonSerializer.Serialize(entry, PipelineJson.Default.PromotionLogEntry)), CancellationToken.None);
        JsonObject head = await ReadAsync("head");
        head["lastLogHash"] = entries[2].ComputeHash().Hex;
        await WriteAsync("head", head);
        await Log.AnchorMissingAsync(CancellationToken.None);
        ChainVerification found = await VerifyAsync();
        Assert.Equal([(2L, "other-anchor"), (3L, "other-anchor")], found.Faults.Select(fault => (fault.Sequence, fault.Code)));
        Assert.Equal(["runId"], found.Faults[0].Fields);
    }

    [Fact]
    public async Task VerifyAsync_LastEntryTakenAway_IsTruncated()
    {
        await PromoteAsync(2);
        await Table.DeleteAsync(model, "log:0000000002", CancellationToken.None);
        ChainVerification found = await VerifyAsync();
        Assert.Contains(found.Faults, fault => fault is { Sequence: 2, Code: "truncated" });
        Assert.Contains(found.Faults, fault => fault.Code == "wrong-head");
        Assert.Contains(found.Faults, fault => fault.Code == "alias-without-entry");
    }

    [Fact]
    public async Task VerifyAsync_AliasMovedPastTheLog_IsFound()
    {
        await PromoteAsync(2);
        JsonObject alias = await ReadAsync("alias:champion");
        alias["version"] = 1;
        await WriteAsync("alias:champion", alias);
        Assert.Equal(["alias-without-entry"], (await VerifyAsync()).Faults.Select(fault => fault.Code));
    }

    [Fact]
    public async Task AnchorMissingAsync_HeadWasNotAnchored_AnchorsIt()
    {
        await PromoteAsync(2);
        await fixture.Storage.PromotionHeads.DeleteAsync($"{model}/0000000002", CancellationToken.None);
        Assert.Equal([2L], (await VerifyAsync()).Unanchored);
        await Log.AnchorMissingAsync(CancellationToken.None);
        ChainVerification found = await VerifyAsync();
        Assert.True(found.Intact);
        Assert.Empty(found.Unanchored);
    }

    [Fact]
    public async Task FindAtAsync_TimesBetweenMoves_TellsWhoWasChampionThen()
    {
        DateTimeOffset start = time.GetUtcNow();
        await PromoteAsync(3);
        async Task<int?> AtAsync(double minutes) => (await Log.FindAtAsync(model, ModelAlias.Champion, start.AddMinutes(minutes), CancellationToken.None))?.ToVersion;
        Assert.Equal([null, 1, 1, 2, 3], [await AtAsync(0.5), await AtAsync(1), await AtAsync(1.9), await AtAsync(2.5), await AtAsync(1000)]);
        Assert.Null(await Log.FindAtAsync(model, "challenger", start.AddDays(1), CancellationToken.None));
    }

    [Fact]
    public async Task TryMoveAliasAsync_ClockGoesBack_EntriesDoNot()
    {
        await PromoteAsync(1);
        time.Advance(TimeSpan.FromHours(-1));
        await PromoteAsync(2);
        PromotionLogEntry[] entries = await Registry.ListLogAsync(model, CancellationToken.None).ToArrayAsync();
        Assert.Equal(entries.Select(entry => entry.At).Order(), entries.Select(entry => entry.At));
    }
}
