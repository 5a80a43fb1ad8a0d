using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Runs;

[Collection(StorageTests.Name)]
public sealed class RunStarterTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private DataCatalog Catalog => new(fixture.Storage);

    private RunStarter Starter => new(fixture.Storage, new RunLog(fixture.Storage, time), Catalog, new SpecCatalog(fixture.Storage), time);

    private Task<ContentHash> AddDataAsync(string name) => Catalog.AddAsync(
        pipeline,
        DataVersionManifest.Of(new DataFile(DataFileKind.Csv, [new DataPart(ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(name)), 1)])),
        id => new DataVersionRecord
        {
            Id = id,
            Order = DataOrder.Of(time.GetUtcNow(), name, "1"),
            Source = new RunSource { Blob = name, Url = new Uri("https://example.org/" + name), ETag = "1", LastModified = time.GetUtcNow() },
            RunId = "t-0",
            Bytes = 1,
            Parts = 1,
        },
        CancellationToken.None);

    [Fact]
    public async Task RequestAsync_SameKey_IsOneRunAndRefusesAnotherDataVersion()
    {
        await fixture.Storage.Specs.TryPutAsync(pipeline, """{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}]}"""u8.ToArray(), null, CancellationToken.None);
        ContentHash a = await AddDataAsync("a");
        ContentHash b = await AddDataAsync("b");
        RunRecord first = await Starter.RequestAsync(pipeline, a, "key", CancellationToken.None);
        Assert.Equal(first.Id, (await Starter.RequestAsync(pipeline, a, "key", CancellationToken.None)).Id);
        Assert.Equal(first.Id, (await Starter.RequestAsync(pipeline, null, "key", CancellationToken.None)).Id);
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => Starter.RequestAsync(pipeline, b, "key", CancellationToken.None))).Status);
    }

    [Fact]
    public async Task RequestAsync_RemovedData_IsGoneAndNotTheNewest()
    {
        await fixture.Storage.Specs.TryPutAsync(pipeline, """{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}]}"""u8.ToArray(), null, CancellationToken.None);
        ContentHash a = await AddDataAsync("a");
        ContentHash b = await AddDataAsync("b");
        await Catalog.RemoveAsync(pipeline, (await Catalog.FindAsync(pipeline, b, CancellationToken.None))!, new DataRemoval(DataRemoval.ByRetention, time.GetUtcNow()), CancellationToken.None);

        ProblemException gone = await Assert.ThrowsAsync<ProblemException>(() => Starter.RequestAsync(pipeline, b, null, CancellationToken.None));

        Assert.Equal(410, gone.Status);
        Assert.Contains("2026-03-01 (retention)", gone.Detail, StringComparison.Ordinal);
        Assert.Equal(a, (await Starter.RequestAsync(pipeline, null, null, CancellationToken.None)).UploadVersion);
    }
}
