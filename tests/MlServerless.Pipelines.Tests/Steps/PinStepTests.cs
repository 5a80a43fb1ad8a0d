using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class PinStepTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private Task PutAsync(string candidate) => fixture.Storage.Specs.TryPutAsync(
        pipeline, System.Text.Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{"name":"{{candidate}}","trainer":"gbdt"}]}"""), null, CancellationToken.None);

    [Fact]
    public async Task RunAsync_TwiceAtTheSameTimeWithTheSpecChangedBetween_PinsOneSpec()
    {
        var log = new RunLog(fixture.Storage, time);
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow());
        await log.TryClaimAsync(run, CancellationToken.None);
        await PutAsync("first");
        ContentHash first = await new SpecCatalog(fixture.Storage).PinAsync(pipeline, CancellationToken.None);
        await PutAsync("second");
        var specs = new InterleavedSpecs(fixture.Storage.Specs, () => log.UpdateAsync(run.Ref, record => record with { SpecHash = first }, CancellationToken.None));
        var storage = new WrappedStorage(fixture.Storage) { Specs = specs };
        var step = new PinStep(new StepRunner(log, time, new PipelineOptions()), new SpecCatalog(storage), new DataCatalog(storage));
        PinResult pinned = await step.RunAsync(run.Ref, null, CancellationToken.None);
        Assert.Equal(["first"], pinned.Candidates);
        Assert.Equal(first, (await log.FindAsync(run.Id, CancellationToken.None))!.SpecHash);
    }
}
