using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Registry;

[Collection(StorageTests.Name)]
public sealed class ModelRegistryTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();

    private ModelRegistry Registry => new(fixture.Storage, time);

    private ModelVersion Draft(string model, string artifact, string run) => new()
    {
        Model = model,
        Version = 0,
        Hash = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(artifact)),
        Task = LearningTask.Binary,
        CreatedAt = time.GetUtcNow(),
        Runs = [run],
        DataVersion = default,
        DataOrder = "1",
        SpecHash = default,
        SchemaHash = default,
        Candidate = "c",
        Trainer = "gbdt",
        Monitoring = new MonitoringSpec(),
        ValidationMetrics = new Dictionary<string, double>(),
        HoldOutMetrics = new Dictionary<string, double>(),
    };

    private Task<ModelAlias?> PromoteAsync(ModelVersion version, ModelAlias? expected, string run) =>
        Registry.TryMoveAliasAsync(
            new AliasMove(version, ModelAlias.Champion, expected) { DataOrder = "1", RunId = run, Reasons = ["passed: test"], Metrics = new Dictionary<string, double> { ["auc"] = 0.8 } }, CancellationToken.None);

    [Fact]
    public async Task RegisterAsync_SameArtifactFromManyRunsAtOnce_IsOneVersion()
    {
        string model = TestRuns.NewPipeline();
        ModelVersion[] versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Registry.RegisterAsync(Draft(model, "a", $"run{i}"), CancellationToken.None)));
        Assert.All(versions, version => Assert.Equal(1, version.Version));
        ModelVersion stored = Assert.Single(await Registry.ListVersionsAsync(model, CancellationToken.None).ToListAsync());
        Assert.Equal(8, stored.Runs.Distinct().Count());
    }

    [Fact]
    public async Task RegisterAsync_ManyArtifactsAtOnce_NumbersWithoutGaps()
    {
        string model = TestRuns.NewPipeline();
        ModelVersion[] versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Registry.RegisterAsync(Draft(model, $"a{i}", $"run{i}"), CancellationToken.None)));
        Assert.Equal(Enumerable.Range(1, 8), versions.Select(version => version.Version).Order());
    }

    [Fact]
    public async Task TryMoveAliasAsync_WritesAliasAndChainedLogTogether()
    {
        string model = TestRuns.NewPipeline();
        ModelVersion one = await Registry.RegisterAsync(Draft(model, "1", "r1"), CancellationToken.None);
        ModelVersion two = await Registry.RegisterAsync(Draft(model, "2", "r2"), CancellationToken.None);
        ModelAlias? first = await PromoteAsync(one, null, "r1");
        ModelAlias? second = await PromoteAsync(two, first, "r2");
        Assert.Equal(2, second!.Version);
        List<PromotionLogEntry> log = await Registry.ListLogAsync(model, CancellationToken.None).ToListAsync();
        Assert.Equal([1L, 2L], log.Select(entry => entry.Sequence));
        Assert.Equal(log[0].ComputeHash(), log[1].Previous);
        Assert.Equal(1, log[1].FromVersion);
        Assert.Equal(second, await Registry.FindAliasAsync(model, ModelAlias.Champion, CancellationToken.None));
    }

    [Fact]
    public async Task TryMoveAliasAsync_TwoAtOnce_OneWinsAndTheLogHasOneEntry()
    {
        string model = TestRuns.NewPipeline();
        ModelVersion one = await Registry.RegisterAsync(Draft(model, "1", "r1"), CancellationToken.None);
        ModelVersion two = await Registry.RegisterAsync(Draft(model, "2", "r2"), CancellationToken.None);
        ModelAlias?[] moved = await Task.WhenAll(PromoteAsync(one, null, "r1"), PromoteAsync(two, null, "r2"));
        ModelAlias winner = Assert.Single(moved, alias => alias is not null)!;
        Assert.Single(await Registry.ListLogAsync(model, CancellationToken.None).ToListAsync());
        Assert.Equal(winner, await Registry.FindAliasAsync(model, ModelAlias.Champion, CancellationToken.None));
    }
}
