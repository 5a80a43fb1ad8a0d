using System.Text;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Registry.Canaries;

[Collection(StorageTests.Name)]
public sealed class CanaryServiceTests : IAsyncLifetime
{
    private static readonly Actor Ada = new("ada", "try it");

    private readonly StorageFixture fixture;
    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();
    private readonly ServingProcess process;
    private readonly ModelRegistry registry;

    public CanaryServiceTests(StorageFixture fixture)
    {
        this.fixture = fixture;
        process = new ServingProcess(fixture.Storage, time, new PipelineOptions());
        registry = new ModelRegistry(fixture.Storage, time);
    }

    /// <summary>Version 2 is champion; version 1 is what canaries are made of.</summary>
    public async Task InitializeAsync()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(3));
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(1));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static CanarySettings Settings(double percent = 50, string? column = "c", bool promote = true) => new(percent, column, TimeSpan.FromHours(1), MinimumRequests: 10, Promote: promote);

    /// <summary>One row in the way of the training data.</summary>
    private static byte[] Row(int i, string more = "") => Encoding.UTF8.GetBytes(FormattableString.Invariant($"[{{\"x\":{((i * 37) % 101) + 1},\"c\":\"{"abz"[i % 3]}\"{more}}}]"));

    /// <returns>The version that answered.</returns>
    private async Task<int> AskAsync(byte[] body, string? entity = null) =>
        (await process.Predictions.PredictAsync(model, null, new RowsRequest(), body, entity, CancellationToken.None)).Model.Model.Version;

    private async Task<ModelAlias?> AliasAsync(string alias) => await registry.FindAliasAsync(model, alias, CancellationToken.None);

    [Fact]
    public async Task StartAsync_AnswersAPartOfTheEntitiesAndAlwaysTheSame()
    {
        await process.Canaries.StartAsync(model, 1, Settings(30), Ada, CancellationToken.None);
        var versions = new Dictionary<string, int>();
        for (int i = 0; i < 400; i++)
            versions[$"customer-{i}"] = await AskAsync(Row(i), $"customer-{i}");
        Assert.InRange(versions.Values.Count(version => version == 1), 80, 160);
        foreach ((string entity, int version) in versions.Take(100))
            Assert.Equal(version, await AskAsync(Row(7), entity));

        // A greater part holds the smaller one.
        await process.Canaries.StartAsync(model, 1, Settings(60), Ada, CancellationToken.None);
        Assert.All(versions.Where(pair => pair.Value == 1).Take(50), pair => Assert.Equal(1, AskAsync(Row(1), pair.Key).GetAwaiter().GetResult()));
        await process.Canaries.StopAsync(model, Ada, CancellationToken.None);
        Assert.Equal(2, await AskAsync(Row(1), versions.First(pair => pair.Value == 1).Key));
        Assert.Equal(["canary", "canary", "delete"], (await registry.ListLogAsync(model, CancellationToken.None).ToListAsync()).Where(entry => entry.Alias == "canary").Select(entry => entry.Action));
        Assert.True((await new PromotionLog(fixture.Storage).VerifyAsync(model, CancellationToken.None)).Intact);
    }

    [Fact]
    public async Task PredictAsync_WithoutHeader_GoesByTheEntityColumnOfTheFirstRow()
    {
        await process.Canaries.StartAsync(model, 1, Settings(50, "customer"), Ada, CancellationToken.None);
        var seen = new HashSet<int>();
        for (int customer = 0; customer < 20; customer++)
        {
            int first = await AskAsync(Row(0, $",\"customer\":{customer}"));
            Assert.Equal(first, await AskAsync(Row(5, $",\"customer\":{customer}")));
            seen.Add(first);
        }

        Assert.Equal([1, 2], seen.Order());
    }

    [Fact]
    public async Task WatchAsync_AfterBaking_PromotesWithTheReasons()
    {
        await process.Canaries.StartAsync(model, 1, Settings(100), Ada, CancellationToken.None);
        for (int i = 0; i < 30; i++)
            await AskAsync(Row(i));
        await process.Canaries.WatchAsync(CancellationToken.None);
        Assert.Equal(2, (await AliasAsync(ModelAlias.Champion))!.Version);
        Assert.Equal(CanaryVerdicts.Baking, (await process.Canaries.ReadAsync(model, CancellationToken.None)).Verdict);
        time.Advance(TimeSpan.FromHours(1));
        await process.Canaries.WatchAsync(CancellationToken.None);
        Assert.Equal(1, (await AliasAsync(ModelAlias.Champion))!.Version);
        Assert.Null(await AliasAsync(ModelAlias.Canary));
        PromotionLogEntry entry = (await registry.ListLogAsync(model, CancellationToken.None).ToListAsync()).Last(entry => entry.Alias == ModelAlias.Champion);
        Assert.Equal((CanaryService.Watch, 1), (entry.Who, entry.ToVersion));
        Assert.All(entry.Reasons, reason => Assert.StartsWith("ok", reason, StringComparison.Ordinal));
        await process.Canaries.WatchAsync(CancellationToken.None);
    }

    [Fact]
    public async Task WatchAsync_ChampionMovedBeforeTheAliasWent_CleansUp()
    {
        await process.Canaries.StartAsync(model, 1, Settings(), Ada, CancellationToken.None);
        var aliases = new AliasService(registry, new PromotionLog(fixture.Storage));
        await aliases.SetAsync(model, ModelAlias.Champion, 1, "*", Ada, CancellationToken.None);
        await process.Canaries.WatchAsync(CancellationToken.None);
        Assert.Null(await AliasAsync(ModelAlias.Canary));
    }

    [Fact]
    public async Task WatchAsync_AnotherChampionMeanwhile_EndsTheCanary()
    {
        await process.Canaries.StartAsync(model, 1, Settings(100), Ada, CancellationToken.None);
        time.Advance(TimeSpan.FromHours(2));
        ModelVersion newer = await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(5));
        await process.Canaries.WatchAsync(CancellationToken.None);
        Assert.Null(await AliasAsync(ModelAlias.Canary));
        Assert.Equal(newer.Version, (await AliasAsync(ModelAlias.Champion))!.Version);
    }

    [Fact]
    public async Task WatchAsync_MoreErrors_RollsBackWithAnAlertAndForGood()
    {
        await process.Canaries.StartAsync(model, 1, Settings(), Ada, CancellationToken.None);
        int refused = 0;
        for (int i = 0; refused < 30; i++)
        {
            // Calls that only the canary would see as wrong do not exist between these two models, so they are sent to its entities alone.
            bool canary = await AskAsync(Row(i), $"e{i}") == 1;
            if (!canary)
                continue;
            await Assert.ThrowsAsync<ProblemException>(() => AskAsync("[{}]"u8.ToArray(), $"e{i}"));
            refused++;
        }

        await process.Canaries.WatchAsync(CancellationToken.None);
        Assert.Null(await AliasAsync(ModelAlias.Canary));
        Assert.Equal(2, (await AliasAsync(ModelAlias.Champion))!.Version);
        PromotionLogEntry entry = (await registry.ListLogAsync(model, CancellationToken.None).ToListAsync())[^1];
        Assert.Equal((AliasActions.CanaryRollback, 1, (int?)null), (entry.Action, entry.FromVersion, entry.ToVersion));
        Assert.Contains(entry.Reasons, reason => reason.StartsWith("failed", StringComparison.Ordinal));
        Assert.NotNull((await registry.FindVersionAsync(model, 1, CancellationToken.None))!.Withdrawn);
        Alert alert = Assert.Single(await process.Alerts.ListOpenAsync(model, CancellationToken.None).ToListAsync());
        Assert.Equal(AlertKinds.Canary, alert.Kind);
        Assert.Equal(2, await AskAsync(Row(1)));
        Assert.True((await new PromotionLog(fixture.Storage).VerifyAsync(model, CancellationToken.None)).Intact);

        await process.Canaries.StartAsync(model, 1, Settings(), Ada, CancellationToken.None);
        Assert.Empty(await process.Alerts.ListOpenAsync(model, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task WatchAsync_PredictionsDriftWhileTheChampionsDoNot_RollsBack()
    {
        await process.Canaries.StartAsync(model, 1, Settings(), Ada, CancellationToken.None);

        // The champion's entities send what was trained on; the canary's send something else.
        for (int i = 0; i < 700; i++)
        {
            string entity = $"e{i}";
            bool canary = await AskAsync(Row(i), entity) == 1;
            if (canary)
                await AskAsync(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("{\"x\":400,\"c\":\"a\"}", 3)) + "]"), entity);
        }

        CanaryState state = await process.Canaries.ReadAsync(model, CancellationToken.None);
        Assert.Equal(CanaryVerdicts.Failed, state.Verdict);
        Assert.True(state.Own.Predictions!.Drifted);
        Assert.False(state.Champion.Predictions!.Drifted);
        await process.Canaries.WatchAsync(CancellationToken.None);
        Assert.Null(await AliasAsync(ModelAlias.Canary));
    }

    [Fact]
    public async Task StartAsync_WhatCannotBe_IsRefused()
    {
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => process.Canaries.StartAsync(model, 2, Settings(), Ada, CancellationToken.None))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => process.Canaries.StartAsync(model, 9, Settings(), Ada, CancellationToken.None))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => process.Canaries.ReadAsync(model, CancellationToken.None))).Status);
        var aliases = new AliasService(registry, new PromotionLog(fixture.Storage));
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => aliases.SetAsync(model, ModelAlias.Canary, 1, null, Ada, CancellationToken.None))).Status);
    }

    [Fact]
    public async Task GetAsync_CanaryThatCannotBeRead_LeavesAllCallsToTheChampion()
    {
        // An artifact that no other test reads.
        ModelVersion broken = await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(13));
        await new AliasService(registry, new PromotionLog(fixture.Storage)).SetAsync(model, ModelAlias.Champion, 2, "*", Ada, CancellationToken.None);
        await process.Canaries.StartAsync(model, broken.Version, Settings(100), Ada, CancellationToken.None);
        Data.ContentHash hash = broken.Hash;
        await fixture.Blobs.GetBlobContainerClient("store").GetBlobClient($"sha256/{hash.Hex[..2]}/{hash.Hex}").UploadAsync(BinaryData.FromString("{}"), overwrite: true);
        var other = new ServingProcess(fixture.Storage, time, new PipelineOptions());
        PredictionAnswer answer = await other.Predictions.PredictAsync(model, null, Row(1), CancellationToken.None);
        Assert.Equal((2, false), (answer.Model.Model.Version, answer.Model.Degraded));
    }
}
