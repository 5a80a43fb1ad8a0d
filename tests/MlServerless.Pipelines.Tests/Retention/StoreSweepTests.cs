using System.Text;
using MlServerless.Data;
using MlServerless.DevHost.Azurite;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Retention;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;
using MlServerless.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Retention;

/// <summary>A sweep looks at the whole account, so every test has names of its own.</summary>
[Collection(StorageTests.Name)]
public sealed class StoreSweepTests(StorageFixture fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();
    private IPipelineStorage storage = null!;

    private DataCatalog Catalog => new(storage);

    public async Task InitializeAsync()
    {
        storage = await fixture.NewStorageAsync();
        time.Set(DateTimeOffset.UtcNow);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task RunAsync_WhatNothingNames_GoesAfterTheGrace()
    {
        ContentHash orphan = await PutAsync("orphan");
        DataVersionRecord version = await ArriveAsync("2026-01", "part 1", "part 2");

        StoreSweepResult young = await SweepAsync(after: Young);
        StoreSweepResult old = await SweepAsync(after: TimeSpan.FromDays(8));

        Assert.Equal((3, 1, 0), (young.Kept, young.Waiting, young.Deleted));
        Assert.Equal((3, 0, 1), (old.Kept, old.Waiting, old.Deleted));
        Assert.Equal(6, old.DeletedBytes);
        Assert.False(await storage.Content.ExistsAsync(orphan, CancellationToken.None));
        Assert.Equal(2, (await Catalog.ReadManifestAsync(version.Id, CancellationToken.None)).Parts.Count);
        foreach (DataPart part in (await Catalog.ReadManifestAsync(version.Id, CancellationToken.None)).Parts)
            Assert.True(await storage.Content.ExistsAsync(part.Hash, CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_DocumentsAreFollowed()
    {
        ContentHash leaf = await PutAsync("leaf");
        ContentHash middle = await PutAsync($$"""{"deep":{"x":["{{leaf}}"] } }""");
        ContentHash top = await PutAsync($$"""["{{middle}}"]""");
        await storage.Registry.PutAsync(new Row("m", "version:1", $$"""{"hash":"{{top}}"}"""), CancellationToken.None);

        StoreSweepResult swept = await SweepAsync(after: TimeSpan.FromDays(8));

        Assert.Equal((3, 0), (swept.Kept, swept.Deleted));
    }

    [Fact]
    public async Task RunAsync_RemovedVersion_LosesItsRowsButNotItsLineage()
    {
        DataVersionRecord gone = await ArriveAsync("2026-01", "shared", "only here");
        DataVersionRecord kept = await ArriveAsync("2026-02", "shared", "other");
        (RunRecord goneRun, PreparedData goneTables) = await RunOnAsync(gone, "gone");
        (_, PreparedData keptTables) = await RunOnAsync(kept, "kept");
        await Catalog.RemoveAsync(pipeline, gone, new DataRemoval(DataRemoval.ByRetention, time.GetUtcNow()), CancellationToken.None);

        await SweepAsync(after: TimeSpan.FromHours(2));

        Assert.False(await ExistsAsync("only here"));
        Assert.True(await ExistsAsync("shared"));
        Assert.True(await ExistsAsync("other"));
        Assert.False(await storage.Content.ExistsAsync(goneTables.Train.Hash, CancellationToken.None));
        Assert.True(await storage.Content.ExistsAsync(keptTables.Train.Hash, CancellationToken.None));
        Assert.True(await storage.Content.ExistsAsync(goneRun.ProfileHash!.Value, CancellationToken.None));
        Assert.True(await storage.Content.ExistsAsync(goneTables.Sketch, CancellationToken.None));
        Assert.Equal(2, (await Catalog.ReadManifestAsync(gone.Id, CancellationToken.None)).Parts.Count);
    }

    [Fact]
    public async Task RunAsync_ErasedVersion_LosesFiguresThatQuoteItsRows()
    {
        DataVersionRecord gone = await ArriveAsync("2026-01", "rows");
        (RunRecord run, PreparedData tables) = await RunOnAsync(gone, "gone");
        await Catalog.RemoveAsync(pipeline, gone, new DataRemoval(DataRemoval.ByErasure, time.GetUtcNow()), CancellationToken.None);

        await SweepAsync(after: TimeSpan.FromHours(2));

        foreach (ContentHash hash in (ContentHash[])[run.ProfileHash!.Value, run.ReportHash!.Value, tables.Sketch, tables.Train.Hash])
            Assert.False(await storage.Content.ExistsAsync(hash, CancellationToken.None));
        Assert.True(await storage.Content.ExistsAsync(run.SpecHash!.Value, CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_RemovedBytesThatArriveAgain_Stay()
    {
        DataVersionRecord gone = await ArriveAsync("2026-01", "rows");
        await Catalog.RemoveAsync(pipeline, gone, new DataRemoval(DataRemoval.ByErasure, time.GetUtcNow()), CancellationToken.None);
        await ArriveAsync("2026-02", "rows");

        await SweepAsync(after: TimeSpan.FromDays(8));

        Assert.True(await ExistsAsync("rows"));
    }

    private Task<DataVersionRecord> ArriveAsync(string month, params string[] parts) =>
        TestData.ArriveAsync(storage, pipeline, DataOrder.Of(DateTimeOffset.Parse(month + "-01Z", System.Globalization.CultureInfo.InvariantCulture), "p/x.csv", "1"), parts);

    private async Task<(RunRecord Run, PreparedData Tables)> RunOnAsync(DataVersionRecord data, string name)
    {
        PreparedPart part = new(await PutAsync("table of " + name), 1);
        var prepared = new PreparedData(data.Id, await PutAsync("schema of " + name), ["x"], 2, await PutAsync("sketch of " + name), part, part, part);
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow()) with
        {
            SpecHash = await PutAsync("spec"),
            DataVersion = data.Id,
            ProfileHash = await PutAsync("profile of " + name),
            ReportHash = await PutAsync("report of " + name),
            PreparedHash = await storage.Content.PutAsync(CanonicalJson.Serialize(prepared, PipelineJson.Default.PreparedData), CancellationToken.None),
        };
        Assert.True(await new RunLog(storage, time).TryClaimAsync(run, CancellationToken.None));
        return (run, prepared);
    }

    private Task<ContentHash> PutAsync(string text) => storage.Content.PutAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);

    private Task<bool> ExistsAsync(string text) => storage.Content.ExistsAsync(ContentHash.Of(Encoding.UTF8.GetBytes(text)), CancellationToken.None);

    private Task<StoreSweepResult> SweepAsync(TimeSpan after)
    {
        time.Set(DateTimeOffset.UtcNow + after);
        return new StoreSweep(storage, Catalog, new RunLog(storage, time), new PipelineOptions(), time, NullLogger<StoreSweep>.Instance).RunAsync(CancellationToken.None);
    }
}
