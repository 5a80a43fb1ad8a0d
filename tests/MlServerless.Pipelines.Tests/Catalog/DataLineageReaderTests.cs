using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Catalog;

[Collection(StorageTests.Name)]
public sealed class DataLineageReaderTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private DataCatalog Catalog => new(fixture.Storage);

    private RunLog Runs => new(fixture.Storage, time);

    private Task<DataLineagePage> ListAsync(int limit, string? after = null) =>
        new DataLineageReader(fixture.Storage, Catalog, Runs, time).ListAsync(pipeline, limit, after, CancellationToken.None);

    private Task<DataVersionRecord> ArriveAsync(int day, long? rows = 10, string file = "x.csv", string? content = null) =>
        Arrivals.AddAsync(fixture.Storage, pipeline, time.GetUtcNow().AddDays(day), file, rows, content: content);

    private async Task<RunRecord> RunAsync(DataVersionRecord arrival, string? id, Func<RunRecord, RunRecord> change)
    {
        RunRecord run = change(TestRuns.Claimed(pipeline, time.GetUtcNow(), arrival.Order));
        run = run with { Id = id ?? run.Id };
        Assert.True(await Runs.TryClaimAsync(run, CancellationToken.None));
        return run;
    }

    [Fact]
    public async Task ListAsync_Pages_NewestFirstWithoutGapOrRepeat()
    {
        var orders = new List<string>();
        for (int i = 0; i < 7; i++)
            orders.Insert(0, (await ArriveAsync(i / 2, file: $"{i}.csv")).Order);
        var listed = new List<string>();
        string? after = null;
        do
        {
            DataLineagePage page = await ListAsync(3, after);
            Assert.InRange(page.Arrivals.Count, 1, 3);
            listed.AddRange(page.Arrivals.Select(item => item.Arrival.Order));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(orders, listed);
    }

    [Fact]
    public async Task ListAsync_RunsAndModels_AreThoseOfTheArrival()
    {
        DataVersionRecord first = await ArriveAsync(0);
        DataVersionRecord second = await ArriveAsync(1);
        var model = new ModelRef(pipeline, 1, ContentHash.Of("model"u8));
        RunRecord own = await RunAsync(first, first.RunId, run => run with { UploadVersion = first.Id, DataVersion = first.Id, Model = model });
        RunRecord requested = await RunAsync(first, null, run => run with { RequestedDataVersion = first.Id });
        await Catalog.AddUseAsync(pipeline, first.Id, requested.Id, CancellationToken.None);
        await RunAsync(second, second.RunId, run => run with { UploadVersion = second.Id });

        DataLineagePage page = await ListAsync(10);
        Assert.Equal([second.RunId], page.Arrivals[0].Runs.Select(run => run.Id));
        Assert.Equal(((string[])[own.Id, requested.Id]).Order(StringComparer.Ordinal), page.Arrivals[1].Runs.Select(run => run.Id));
        Assert.Equal(model, page.Arrivals[1].Runs.Single(run => run.Id == own.Id).Model);
        Assert.Null(page.Arrivals[1].Window);
    }

    [Fact]
    public async Task ListAsync_Window_TellsWhatItHoldsAndWhoUsedIt()
    {
        DataVersionRecord first = await ArriveAsync(0);
        DataVersionRecord second = await ArriveAsync(1);
        var composition = new WindowComposition("all", [new WindowMember(first.Id, first.Order), new WindowMember(second.Id, second.Order)]);
        ContentHash stored = await fixture.Storage.Content.PutAsync(CanonicalJson.Serialize(composition, PipelineJson.Default.WindowComposition), CancellationToken.None);
        var window = new WindowRecord("all", 1, ContentHash.Of("window"u8), stored, 2, 1);
        await RunAsync(second, second.RunId, run => run with { UploadVersion = second.Id, DataVersion = window.DataVersion, Window = window });
        RunRecord chosen = await RunAsync(second, null, run => run with { RequestedDataVersion = window.DataVersion });
        await Catalog.AddUseAsync(pipeline, window.DataVersion, chosen.Id, CancellationToken.None);

        DataLineage newest = (await ListAsync(1)).Arrivals[0];
        Assert.Equal(window, newest.Window);
        Assert.Equal([first.Id, second.Id], newest.Composition!.Uploads.Select(member => member.DataVersion));
        Assert.Contains(newest.Runs, run => run.Id == chosen.Id);
    }

    [Fact]
    public async Task ListAsync_SameBytesTwice_AreTwoArrivals()
    {
        DataVersionRecord first = await ArriveAsync(0, file: "a.csv", content: pipeline);
        DataVersionRecord second = await ArriveAsync(1, file: "b.csv", content: pipeline);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(["b.csv", "a.csv"], (await ListAsync(10)).Arrivals.Select(item => Path.GetFileName(item.Arrival.Source.Blob)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("%%%")]
    [InlineData("MjAyNnxh")]
    public async Task ListAsync_AfterSomethingElse_IsAProblem(string after) =>
        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(() => ListAsync(10, after))).Status);
}
