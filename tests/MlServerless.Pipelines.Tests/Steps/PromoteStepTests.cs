using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class PromoteStepTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private RunLog Log => new(fixture.Storage, time);

    private PromoteStep NewStep()
    {
        var runner = new StepRunner(Log, time, new PipelineOptions());
        var specs = new SpecCatalog(fixture.Storage);
        var registry = new ModelRegistry(fixture.Storage, time);
        var gates = new GateKeeper(fixture.Storage, specs, new PreparedDataReader(fixture.Storage), registry, new HoldOutEvaluator(fixture.Storage), new PipelineOptions());
        return new PromoteStep(runner, fixture.Storage, specs, registry, gates);
    }

    private async Task<RunRecord> RegisteredAsync(ModelArtifact model, Column x, string spec = TestModels.Spec)
    {
        var holdOut = new Table(
        [
            x,
            new CategoryColumn("c", ColumnType.Category, [0, 1, 0, 1], ["a", "b"]),
            new CategoryColumn("y", ColumnType.Category, [0, 1, 0, 1], ["no", "yes"]),
        ]);
        RunRecord run = await EvaluatedRuns.ClaimAsync(fixture.Storage, time, pipeline, model, holdOut, spec);
        var runner = new StepRunner(Log, time, new PipelineOptions());
        await new RegisterStep(runner, new SpecCatalog(fixture.Storage), new ModelRegistry(fixture.Storage, time), time).RunAsync(run.Ref, CancellationToken.None);
        return run;
    }

    private async Task<RunRecord> FindAsync(RunRecord run) => (await Log.FindAsync(run.Id, CancellationToken.None))!;

    [Fact]
    public async Task RunAsync_ChampionTakesAColumnAsAnotherType_IsAReasonNotToPromote()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, pipeline, await TestModels.TrainAsync(1));
        var text = new CategoryColumn("c", ColumnType.Category, [0, 0, 0, 0], ["a"]);
        RunRecord run = await RegisteredAsync(await TestModels.TrainAsync(2), new NumericColumn("x", ColumnType.Number, [1, 80, 2, 90]));
        PreparedData prepared = await new PreparedDataReader(fixture.Storage).ReadAsync(run, CancellationToken.None);
        var changed = new Table([new CategoryColumn("x", ColumnType.Category, text.Codes.ToArray(), ["low"]), text, new CategoryColumn("y", ColumnType.Category, [0, 1, 0, 1], ["no", "yes"])]);
        PreparedPart part = new(await fixture.Storage.Content.PutAsync(ColumnFile.Write(changed), CancellationToken.None), 4);
        ContentHash hash = await fixture.Storage.Content.PutAsync(CanonicalJson.Serialize(prepared with { HoldOut = part }, PipelineJson.Default.PreparedData), CancellationToken.None);
        await Log.UpdateAsync(run.Ref, record => record with { PreparedHash = hash }, CancellationToken.None);

        Assert.False(await NewStep().RunAsync(run.Ref, CancellationToken.None));
        Assert.Contains((await FindAsync(run)).Promotion!.Reasons, reason => reason.StartsWith("failed: champion version 1 cannot be compared", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_SplitChangedSinceTheChampion_StartsANewLineOfComparison()
    {
        string before = TestModels.Spec[..^1] + ",\"split\":{\"salt\":\"old\"}}";
        await TestModels.PromoteAsync(fixture.Storage, time, pipeline, await TestModels.TrainAsync(1), before);
        RunRecord run = await RegisteredAsync(await TestModels.TrainAsync(2), new NumericColumn("x", ColumnType.Number, [1, 80, 2, 90]));
        Assert.True(await NewStep().RunAsync(run.Ref, CancellationToken.None));
        RunRecord promoted = await FindAsync(run);
        Assert.Contains("new line of comparison", Assert.Single(promoted.Promotion!.Reasons), StringComparison.Ordinal);
        Assert.Null(promoted.HoldOut!.ChampionMetrics);
    }

    [Fact]
    public async Task RunAsync_SpecWithCanary_StartsOneInsteadOfPromotingAlsoWhenRepeated()
    {
        const string spec = """{"task":"binary","label":"y","key":["id"],"candidates":[{"trainer":"linear"}],"split":{"salt":"new"},"canary":{"percent":25,"bake":"02:00:00"}}""";
        await TestModels.PromoteAsync(fixture.Storage, time, pipeline, await TestModels.TrainAsync(1));
        RunRecord run = await RegisteredAsync(await TestModels.TrainAsync(2), new NumericColumn("x", ColumnType.Number, [1, 80, 2, 90]), spec);
        Assert.False(await NewStep().RunAsync(run.Ref, CancellationToken.None));
        Assert.False(await NewStep().RunAsync(run.Ref, CancellationToken.None));
        var registry = new ModelRegistry(fixture.Storage, time);
        Assert.Equal(1, (await registry.FindAliasAsync(pipeline, ModelAlias.Champion, CancellationToken.None))!.Version);
        ModelAlias canary = (await registry.FindAliasAsync(pipeline, ModelAlias.Canary, CancellationToken.None))!;
        Assert.Equal((2, run.Id, new CanarySettings(25, "id", TimeSpan.FromHours(2))), (canary.Version, canary.RunId, canary.CanarySettings));
        PromotionRecord promotion = (await FindAsync(run)).Promotion!;
        Assert.False(promotion.Promoted);
        Assert.StartsWith("canary: 25 %", promotion.Reasons[^1], StringComparison.Ordinal);
        Assert.Equal(["promote", "canary"], (await registry.ListLogAsync(pipeline, CancellationToken.None).ToListAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task RunAsync_TwiceAtTheSameTime_MovesTheAliasOnceAndKeepsTheReasons()
    {
        RunRecord run = await RegisteredAsync(await TestModels.TrainAsync(1), new NumericColumn("x", ColumnType.Number, [1, 80, 2, 90]));
        bool[] promoted = await Task.WhenAll(NewStep().RunAsync(run.Ref, CancellationToken.None), NewStep().RunAsync(run.Ref, CancellationToken.None));
        Assert.Equal([true, true], promoted);
        Assert.True(await NewStep().RunAsync(run.Ref, CancellationToken.None));
        Assert.Single(await new ModelRegistry(fixture.Storage, time).ListLogAsync(pipeline, CancellationToken.None).ToListAsync());
        PromotionRecord promotion = (await FindAsync(run)).Promotion!;
        Assert.True(promotion.Promoted);
        Assert.Equal(["passed: there is no champion yet"], promotion.Reasons);
    }
}
