using System.Text.Json;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Comparisons;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Comparisons;

[Collection(StorageTests.Name)]
public sealed class RunDiffsTests : IDisposable
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();
    private readonly StorageFixture fixture;
    private readonly CheckedRuns runs;
    private readonly HoldOutComparer comparer;

    public RunDiffsTests(StorageFixture fixture)
    {
        this.fixture = fixture;
        runs = new CheckedRuns(fixture, time, pipeline);
        comparer = new HoldOutComparer(fixture.Storage, new PreparedDataReader(fixture.Storage), new PipelineOptions());
    }

    public void Dispose() => comparer.Dispose();

    private Task PutSpecAsync(CheckedRuns of, string candidates, string more = "", string label = "y") =>
        of.PutWholeSpecAsync($$"""{"task":"binary","label":"{{label}}","key":["id"],"candidates":{{candidates}},"checks":{"minimumRows":10}{{more}}}""");

    private async Task<RunRecord> UploadAsync(int seed, int rows = 300) => await runs.CompleteAsync(await runs.RunAsync($"{seed}.csv", LearnableRows.Of(seed, rows)));

    private Task<RunDiff> CompareAsync(RunRecord a, RunRecord b) => new RunDiffs(
        fixture.Storage, runs.Control, new SpecCatalog(fixture.Storage), new PreparedDataReader(fixture.Storage), new HoldOutEvaluator(fixture.Storage), new ModelImportances(fixture.Storage), comparer)
        .CompareAsync(a.Id, b.Id, CancellationToken.None);

    private async Task<ProblemException> RefusedAsync(int status, RunRecord a, RunRecord b)
    {
        ProblemException problem = await Assert.ThrowsAsync<ProblemException>(() => CompareAsync(a, b));
        Assert.Equal(status, problem.Status);
        return problem;
    }

    [Fact]
    public async Task CompareAsync_SameWorkTwice_FindsNothing()
    {
        await PutSpecAsync(runs, """[{"trainer":"linear"}]""");
        RunRecord first = await UploadAsync(1);
        RunRecord again = await runs.CompleteAsync(await runs.RunAsync((await runs.Starter.RequestAsync(pipeline, new RunRequest { Fresh = true }, CancellationToken.None)).Ref));
        RunDiff diff = await CompareAsync(first, again);
        Assert.Equal((first.Id, again.Id), (diff.A.Id, diff.B.Id));
        Assert.True(diff.Data.Same && diff.Spec.Same && diff.Code.Same, JsonSerializer.Serialize(diff, PipelineJson.Default.RunDiff));
        Assert.Empty(diff.Spec.Changes!);
        Assert.All(diff.Stages, stage => Assert.True(stage.Same));
        Assert.Equal(["check", "prepare", "train", "evaluate", "package"], diff.Stages.Select(stage => stage.Stage));
        Assert.Equal((0L, 0L, 0.0), (diff.Predictions!.Changed, diff.Predictions.Flipped, diff.Predictions.LargestChange));
        Assert.All(diff.Metrics, metric => Assert.Equal(metric.A, metric.B));
        Assert.All(diff.Importance!, importance => Assert.Equal(0, importance.Change));

        // The rows are those of the run's own evaluation, and scoring them again gives its figures, bit by bit.
        Assert.All(diff.Metrics, metric => Assert.Equal(diff.Evaluations.A![metric.Metric], metric.A));
    }

    [Fact]
    public async Task CompareAsync_OtherSpecAndData_TellsWhatTheGatesMeasured()
    {
        await PutSpecAsync(runs, """[{"name":"one","trainer":"linear"}]""");
        RunRecord first = await UploadAsync(1);
        await PutSpecAsync(runs, """[{"name":"two","trainer":"gbdt","parameters":{"rounds":5}}]""", ""","seed":7""");
        RunRecord second = await UploadAsync(2, rows: 400);
        RunDiff diff = await CompareAsync(first, second);

        Assert.False(diff.Data.Same);
        Assert.Equal((300L, 400L), (Rows(diff.Data.A), Rows(diff.Data.B)));
        Assert.NotNull(diff.Data.Distributions);
        Assert.Equal(["$.candidates[?@.name=='one']", "$.candidates[?@.name=='two']", "$.seed"], diff.Spec.Changes!.Select(change => change.Path));
        Assert.Null(diff.Spec.Changes![2].A);
        Assert.Equal("7", diff.Spec.Changes[2].B!.Value.GetRawText());
        Assert.True(diff.Code.Same);
        Assert.Contains(diff.Stages, stage => stage is { Stage: "train", Part: "one", In: "a" });
        Assert.Contains("dataVersion", diff.Stages.Single(stage => stage.Stage == "prepare").Inputs);

        // The second run's gates compared both models on these rows as well.
        GateEvidence evidence = JsonSerializer.Deserialize(await fixture.Storage.Content.ReadAsync(second.Promotion!.Evidence!.Value, CancellationToken.None), PipelineJson.Default.GateEvidence)!;
        Assert.Equal(second.Id, diff.HoldOut.Of);
        Assert.Equal(evidence.HoldOutHash, diff.HoldOut.Hash);
        foreach ((string metric, PairedComparison paired) in evidence.Champion!.Paired)
        {
            MetricDifference own = diff.Metrics.Single(difference => difference.Metric == metric);
            Assert.Equal((paired.Gain, paired.Low, paired.High, paired.PValue, paired.Verdict), (own.Gain, own.Low, own.High, own.PValue, own.Verdict));
            Assert.Equal((paired.Second, paired.First), (own.A!.Value, own.B!.Value));
        }

        PredictionDifference predictions = diff.Predictions!;
        Assert.Equal(diff.HoldOut.Rows, predictions.Rows);
        Assert.Equal(predictions.Flipped, predictions.Flips!.Sum(flip => flip.Rows));
        Assert.Equal(predictions.Flipped, predictions.Righted + predictions.Wronged);
        Assert.Equal(Math.Min(20, predictions.Flipped!.Value), predictions.Examples.Count);
        Assert.All(predictions.Examples, row => Assert.True(row.A != row.B && row.Key["id"]!.StartsWith('2') && row.Actual is not null));
        MetricDifference accuracy = diff.Metrics.Single(metric => metric.Metric == "accuracy");
        Assert.Equal((predictions.Righted - predictions.Wronged)!.Value / (double)predictions.Rows, accuracy.B!.Value - accuracy.A!.Value, 1e-12);
        Assert.Equal(["c", "x"], diff.Importance!.Select(importance => importance.Column).Order(StringComparer.Ordinal));

        RunDiff back = await CompareAsync(second, first);
        Assert.Equal(first.Id, back.HoldOut.Of);
        Assert.Equal(diff.Importance![0].Change, -back.Importance![0].Change);

        static long Rows(DataSide side) => (side.Train + side.Validation + side.HoldOut)!.Value;
    }

    [Fact]
    public async Task CompareAsync_OtherSplit_ScoresNothingAndSaysWhy()
    {
        await PutSpecAsync(runs, """[{"trainer":"linear"}]""");
        RunRecord first = await UploadAsync(1);
        await PutSpecAsync(runs, """[{"trainer":"linear"}]""", ""","split":{"salt":"2"}""");
        RunRecord second = await UploadAsync(2);
        RunDiff diff = await CompareAsync(first, second);
        Assert.Contains("fitted to rows of the other's hold-out", diff.HoldOut.Problem, StringComparison.Ordinal);
        Assert.Empty(diff.Metrics);
        Assert.Null(diff.Predictions);
        Assert.NotNull(diff.Evaluations.A!["auc"].Low);
        Assert.NotNull(diff.Evaluations.B!["auc"].Low);
    }

    [Fact]
    public async Task CompareAsync_RejectedRun_TellsHowFarItCame()
    {
        await PutSpecAsync(runs, """[{"trainer":"linear"}]""");
        RunRecord good = await UploadAsync(1), bad = await runs.RunAsync("2.csv", LearnableRows.Of(2, 5));
        Assert.Equal(RunStatus.Rejected, bad.Status);
        RunDiff diff = await CompareAsync(good, bad);
        Assert.Equal($"Run {bad.Id} ended without a model.", diff.HoldOut.Problem);
        Assert.Equal(["a", "a", "a", "a"], diff.Stages.Where(stage => stage.Stage != "check").Select(stage => stage.In));
        Assert.Null(diff.Importance);
        Assert.Null(diff.Evaluations.B);
    }

    [Fact]
    public async Task CompareAsync_UnderWayOrOfAnotherTask_IsRefused()
    {
        await PutSpecAsync(runs, """[{"trainer":"linear"}]""");
        RunRecord first = await UploadAsync(1), open = await runs.RunAsync("2.csv", LearnableRows.Of(2));
        Assert.Contains(open.Id, (await RefusedAsync(409, first, open)).Message, StringComparison.Ordinal);
        var others = new CheckedRuns(fixture, time, TestRuns.NewPipeline());
        await PutSpecAsync(others, """[{"trainer":"linear"}]""", label: "z");
        RunRecord other = await others.CompleteAsync(await others.RunAsync("1.csv", LearnableRows.Of(1).Replace(",y\n", ",z\n", StringComparison.Ordinal)));
        Assert.Contains("'z'", (await RefusedAsync(422, first, other)).Detail, StringComparison.Ordinal);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => CompareAsync(first, first with { Id = "t-" + new string('0', 32) }))).Status);
    }
}
