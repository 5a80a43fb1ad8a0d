using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Evaluations;

/// <summary>Real models against a real champion, from the evaluated run to the promotion.</summary>
[Collection(StorageTests.Name)]
public sealed class GateKeeperTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private static string Spec(string more) => """{"task":"binary","label":"y","key":["id"],"candidates":[{"trainer":"linear"}]""" + more + "}";

    [Fact]
    public async Task Promote_WorseCandidate_IsRefusedBeyondChance()
    {
        RunRecord run = await PromoteAsync(await NoisyModels.TrainAsync(1, "x"), await NoisyModels.TrainAsync(2, "w"), Spec(""));
        Assert.False(run.Promotion!.Promoted);
        Assert.Matches("^failed: auc 0\\.[0-9]+ against 0\\.[0-9]+ of champion version 1, a gain of -0\\.[0-9]+; worse beyond chance", run.Promotion.Reasons[^1]);
    }

    [Fact]
    public async Task Promote_BetterWithinNoise_IsRefusedAsNoise()
    {
        ModelArtifact one = await NoisyModels.TrainAsync(1, "x", "w"), other = await NoisyModels.TrainAsync(2, "x", "w");
        RunRecord forward = await PromoteAsync(one, other, Spec(""));
        GateResult gate = forward.Promotion!.Gates![^1];
        if (gate.Evidence["gain"] <= 0)
        {
            forward = await PromoteAsync(other, one, Spec(""), TestRuns.NewPipeline());
            gate = forward.Promotion!.Gates![^1];
        }

        Assert.True(gate.Evidence["gain"] > 0);
        Assert.False(forward.Promotion.Promoted);
        Assert.Contains("within noise", forward.Promotion.Reasons[^1], StringComparison.Ordinal);
        Assert.True(gate.Evidence["low"] < 0 && gate.Evidence["high"] > 0 && gate.Evidence["pValue"] > 0.05);
    }

    [Fact]
    public async Task Promote_SliceBelowItsMinimum_IsRefusedByName()
    {
        string spec = Spec(""","evaluation":{"slices":["region"]},"gates":{"slices":{"minimum":{"auc":0.7}}}""");
        RunRecord run = await PromoteAsync(null, await NoisyModels.TrainAsync(1, "x"), spec, randomIn: "south");
        Assert.False(run.Promotion!.Promoted);
        Assert.Matches("^failed: auc 0\\.[0-9]+ for region = south \\([0-9]+ rows\\), at least 0\\.7 is asked of every slice$", run.Promotion.Reasons[0]);
        Assert.True((await PromoteAsync(null, await NoisyModels.TrainAsync(1, "x"), spec, TestRuns.NewPipeline())).Promotion!.Promoted);
    }

    [Fact]
    public async Task Promote_ClearlyBetter_TakesThePlaceWithEvidence()
    {
        string spec = Spec(""","gates":{"rules":[{"name":"gain","expression":"gain.auc > 0.1 and auc.low > 0.8"}],"rowRules":[{"name":"sane","expression":"probability between 0 and 1 and (x > -3 or prediction = 'no')"}]}""");
        RunRecord run = await PromoteAsync(await NoisyModels.TrainAsync(1, "w"), await NoisyModels.TrainAsync(2, "x"), spec);
        Assert.True(run.Promotion!.Promoted, string.Join('\n', run.Promotion.Reasons));
        PromotionLogEntry entry = await new ModelRegistry(fixture.Storage, time).ListLogAsync(run.Pipeline, CancellationToken.None).LastAsync();
        Assert.Equal(run.Promotion.Evidence, entry.Evidence);
        GateEvidence evidence = System.Text.Json.JsonSerializer.Deserialize(await fixture.Storage.Content.ReadAsync(entry.Evidence!.Value, CancellationToken.None), PipelineJson.Default.GateEvidence)!;
        Assert.Equal(run.Promotion.Reasons.Count, evidence.Gates.Count);
        Assert.Equal(Evaluation.MetricNames(LearningTask.Binary).Order(StringComparer.Ordinal), evidence.Champion!.Paired.Keys);
        Assert.NotNull(run.HoldOut!.EvaluationHash);
    }

    [Fact]
    public async Task Promote_RowThatBreaksARule_IsNamed()
    {
        string spec = Spec(""","gates":{"rowRules":[{"name":"low","expression":"x <= 0 or probability <= 0.9","maxFailingFraction":0.01},{"name":"lacking","expression":"nowhere > 1"}]}""");
        RunRecord run = await PromoteAsync(null, await NoisyModels.TrainAsync(1, "x"), spec);
        Assert.False(run.Promotion!.Promoted);
        Assert.Matches("^failed: low: [0-9]+ of 2000 rows \\(such as [0-9, ]+\\) break x <= 0 or probability <= 0\\.9; at most 0\\.01", run.Promotion.Reasons[0]);
        Assert.Equal("failed: lacking: the data has no column 'nowhere'", run.Promotion.Reasons[1]);
    }

    private async Task<RunRecord> PromoteAsync(ModelArtifact? champion, ModelArtifact candidate, string spec, string? name = null, string? randomIn = null)
    {
        name ??= pipeline;
        if (champion is not null)
            await TestModels.PromoteAsync(fixture.Storage, time, name, champion, spec);
        RunRecord run = await EvaluatedRuns.ClaimAsync(fixture.Storage, time, name, candidate, NoisyModels.Rows(2000, 7, randomIn), spec);
        await EvaluatedRuns.PromoteAsync(fixture.Storage, time, run);
        return (await new RunLog(fixture.Storage, time).FindAsync(run.Id, CancellationToken.None))!;
    }
}
