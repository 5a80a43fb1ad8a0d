using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class PackageStepTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task RunAsync_ToleratedValueOutsideAClosedDomain_IsComparedAsAnyOther()
    {
        ModelArtifact model = await TestModels.TrainAsync(closed: true);
        var holdOut = new Table(
        [
            new NumericColumn("x", ColumnType.Number, [1, 50, double.NaN]),
            new CategoryColumn("c", ColumnType.Category, [0, 1, -1], ["a", "misspelt"]),
            new CategoryColumn("y", ColumnType.Category, [0, 1, 1], ["no", "yes"]),
        ]);
        RunRecord run = await EvaluatedRuns.ClaimAsync(fixture.Storage, time, TestRuns.NewPipeline(), model, holdOut);
        var runner = new StepRunner(new RunLog(fixture.Storage, time), time, new PipelineOptions());
        Assert.Equal(3, await new PackageStep(runner, fixture.Storage, new PreparedDataReader(fixture.Storage), TimeProvider.System).RunAsync(run.Ref, CancellationToken.None));
        LatencyRecord latency = (await new RunLog(fixture.Storage, time).FindAsync(run.Id, CancellationToken.None))!.HoldOut!.Latency!;
        Assert.True(latency is { Requests: > 100, MedianMicroseconds: > 0 } && latency.MedianMicroseconds <= latency.P95Microseconds);
    }
}
