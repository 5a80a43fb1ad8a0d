using System.Text.Json;
using MlServerless.Learning;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Registry;

/// <summary>Runs that end at once, and runs on older data.</summary>
[Collection(StorageTests.Name)]
public sealed class PromotionRaceTests(StorageFixture fixture)
{
    private const string Spec = """{"task":"binary","label":"y","key":["id"],"candidates":[{"trainer":"linear"}]}""";

    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private ModelRegistry Registry => new(fixture.Storage, time);

    private async Task<RunRecord> RegisteredAsync(int seed, string feature, string order = "2")
    {
        RunRecord run = await EvaluatedRuns.ClaimAsync(fixture.Storage, time, pipeline, await NoisyModels.TrainAsync(seed, feature), NoisyModels.Rows(2000, 7), Spec, order);
        await EvaluatedRuns.RegisterAsync(fixture.Storage, time, run);
        return run;
    }

    private async Task<RunRecord> FindAsync(RunRecord run) => (await new RunLog(fixture.Storage, time).FindAsync(run.Id, CancellationToken.None))!;

    private async Task<PromotionLogEntry[]> LogAsync() => await Registry.ListLogAsync(pipeline, CancellationToken.None).ToArrayAsync();

    private async Task<GateEvidence> EvidenceAsync(RunRecord run) => JsonSerializer.Deserialize(
        await fixture.Storage.Content.ReadAsync(run.Promotion!.Evidence!.Value, CancellationToken.None), PipelineJson.Default.GateEvidence)!;

    /// <summary>Both find no champion, and the first moves the alias between the second's gates and its transaction.</summary>
    private Task<bool> DecideSecondAsync(RunRecord first, RunRecord second) => EvaluatedRuns.DecideAsync(
        new WrappedStorage(fixture.Storage) { Registry = new RacingTable(fixture.Storage.Registry, async () => Assert.True(await EvaluatedRuns.DecideAsync(fixture.Storage, time, first))) }, time, second);

    [Fact]
    public async Task Promote_TwoRunsAtOnce_TheLosersGatesRunAgainAndRefuseIt()
    {
        RunRecord first = await RegisteredAsync(1, "x"), second = await RegisteredAsync(2, "w");
        Assert.False(await DecideSecondAsync(first, second));
        RunRecord winner = await FindAsync(first), loser = await FindAsync(second);
        Assert.Equal(["passed: there is no champion yet"], winner.Promotion!.Reasons);
        Assert.False(loser.Promotion!.Promoted);
        Assert.Contains("of champion version 1", loser.Promotion.Reasons[^1], StringComparison.Ordinal);
        Assert.Equal(1, loser.HoldOut!.ChampionVersion);
        Assert.Equal(Registry1(winner), (await EvidenceAsync(loser)).ChampionHash);
        Assert.Equal([first.Id], (await LogAsync()).Select(entry => entry.RunId));

        static Data.ContentHash? Registry1(RunRecord run) => run.Model!.Hash;
    }

    [Fact]
    public async Task Promote_TwoRunsAtOnce_ABetterLoserIsPromotedAgainstTheNewChampion()
    {
        RunRecord first = await RegisteredAsync(1, "w"), second = await RegisteredAsync(2, "x");
        Assert.True(await DecideSecondAsync(first, second));
        PromotionLogEntry[] log = await LogAsync();
        Assert.Equal([first.Id, second.Id], log.Select(entry => entry.RunId));
        Assert.Equal((1, 2), (log[1].FromVersion, log[1].ToVersion));
        Assert.Contains("of champion version 1", Assert.Single(log[1].Reasons), StringComparison.Ordinal);
        Assert.Equal((await FindAsync(first)).Model!.Hash, (await EvidenceAsync(await FindAsync(second))).ChampionHash);
        Assert.True((await new PromotionLog(fixture.Storage).VerifyAsync(pipeline, CancellationToken.None)).Intact);
    }

    [Fact]
    public async Task Promote_OlderDataThanTheChampions_IsRefusedHoweverGood()
    {
        RunRecord champion = await RegisteredAsync(1, "w"), older = await RegisteredAsync(2, "x", order: "1");
        Assert.True(await EvaluatedRuns.DecideAsync(fixture.Storage, time, champion));
        Assert.False(await EvaluatedRuns.DecideAsync(fixture.Storage, time, older));
        Assert.Equal(["failed: its data are older than those of champion version 1; older data never promote by themselves"], (await FindAsync(older)).Promotion!.Reasons);
        Assert.Single(await LogAsync());
    }
}
