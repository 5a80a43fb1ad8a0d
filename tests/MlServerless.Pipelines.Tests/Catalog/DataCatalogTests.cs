using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Catalog;

[Collection(StorageTests.Name)]
public sealed class DataCatalogTests(StorageFixture fixture)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string pipeline = TestRuns.NewPipeline();

    private DataCatalog Catalog => new(fixture.Storage);

    [Fact]
    public async Task FindPreviousAsync_LatestEarlierArrivalThatDidNotBlock()
    {
        string[] orders = [.. Enumerable.Range(0, 5).Select(day => Order(Start.AddDays(day)))];
        foreach (string order in orders)
            await ArriveAsync(order);
        await Catalog.RecordCheckAsync(pipeline, orders[0], Check("a", blocking: false), CancellationToken.None);
        await Catalog.RecordCheckAsync(pipeline, orders[1], Check("b", blocking: false), CancellationToken.None);
        await Catalog.RecordCheckAsync(pipeline, orders[2], Check("c", blocking: true), CancellationToken.None);

        Assert.Equal(orders[1], await PreviousAsync(orders[4]));
        Assert.Equal(orders[1], await PreviousAsync(orders[2]));
        Assert.Equal(orders[0], await PreviousAsync(orders[1]));
        Assert.Null(await PreviousAsync(orders[0]));
    }

    [Fact]
    public async Task FindPreviousAsync_ArrivalsOfOneSecond_ByNameThenETag()
    {
        string first = DataOrder.Of(Start, "p/a.csv", "0x2");
        string second = DataOrder.Of(Start, "p/b.csv", "0x1");
        foreach (string order in (string[])[second, first])
        {
            await ArriveAsync(order);
            await Catalog.RecordCheckAsync(pipeline, order, Check("a", blocking: false), CancellationToken.None);
        }

        Assert.Equal(first, await PreviousAsync(second));
        Assert.Null(await PreviousAsync(first));
    }

    [Fact]
    public async Task FindPreviousAsync_PreviousIsYearsOld_Found()
    {
        string old = Order(Start.AddYears(-3));
        await ArriveAsync(old);
        await Catalog.RecordCheckAsync(pipeline, old, Check("a", blocking: false), CancellationToken.None);

        Assert.Equal(old, await PreviousAsync(Order(Start)));
    }

    [Fact]
    public async Task RecordCheckAsync_VersionShowsTheCheckOfItsLatestArrival()
    {
        string early = Order(Start);
        string late = Order(Start.AddDays(1));
        ContentHash id = await ArriveAsync(early, parts: "same");
        Assert.Equal(id, await ArriveAsync(late, parts: "same"));
        DataCheckRecord expected = Check("late", blocking: false);

        await Catalog.RecordCheckAsync(pipeline, late, expected, CancellationToken.None);
        await Catalog.RecordCheckAsync(pipeline, early, Check("early", blocking: true), CancellationToken.None);

        DataVersionRecord version = (await Catalog.FindAsync(pipeline, id, CancellationToken.None))!;
        Assert.Equal(late, version.Order);
        Assert.Equal(expected, version.Check);
        Assert.Equal([true, false], await Catalog.ListArrivalsAsync(pipeline, CancellationToken.None).Select(arrival => arrival.Check!.Blocking).ToListAsync());
    }

    [Fact]
    public async Task AddAsync_RepeatedAfterTheCheck_KeepsTheCheck()
    {
        string order = Order(Start);
        ContentHash id = await ArriveAsync(order);
        await Catalog.RecordCheckAsync(pipeline, order, Check("a", blocking: false), CancellationToken.None);

        await ArriveAsync(order);

        Assert.NotNull((await Catalog.FindAsync(pipeline, id, CancellationToken.None))!.Check);
        Assert.All(await Catalog.ListArrivalsAsync(pipeline, CancellationToken.None).ToListAsync(), arrival => Assert.NotNull(arrival.Check));
    }

    [Fact]
    public async Task FindPipelinesAsync_EveryPipelineItCameTo()
    {
        string other = TestRuns.NewPipeline();
        ContentHash id = await ArriveAsync(Order(Start), parts: pipeline);
        await ArriveAsync(Order(Start), parts: pipeline, to: other);

        Assert.Equal(((string[])[pipeline, other]).Order(StringComparer.Ordinal), await Catalog.FindPipelinesAsync(id, CancellationToken.None));
        Assert.Empty(await Catalog.FindPipelinesAsync(ContentHash.Of("nothing"u8), CancellationToken.None));
    }

    [Fact]
    public async Task RemoveAsync_OnceNoted_StaysAsItWasAndKeepsTheRest()
    {
        string order = Order(Start);
        ContentHash id = await ArriveAsync(order);
        await Catalog.RecordCheckAsync(pipeline, order, Check("a", blocking: false), CancellationToken.None);
        DataVersionRecord arrival = (await Catalog.FindAsync(pipeline, id, CancellationToken.None))!;
        var removal = new DataRemoval(DataRemoval.ByRetention, Start);

        await Catalog.RemoveAsync(pipeline, arrival, removal, CancellationToken.None);
        await Catalog.RemoveAsync(pipeline, arrival, removal with { At = Start.AddDays(1) }, CancellationToken.None);

        DataVersionRecord version = (await Catalog.FindAsync(pipeline, id, CancellationToken.None))!;
        Assert.Equal(removal, version.Removed);
        Assert.NotNull(version.Check);
        Assert.Equal(removal, Assert.Single(await Catalog.ListArrivalsAsync(pipeline, CancellationToken.None).ToListAsync()).Removed);
    }

    private static string Order(DateTimeOffset at) => DataOrder.Of(at, "p/x.csv", "0x1");

    private static DataCheckRecord Check(string name, bool blocking) => new()
    {
        DataVersion = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(name)),
        RunId = "t-" + name,
        SpecHash = default,
        ReportHash = default,
        ProfileHash = ContentHash.Of("profile"u8),
        Blocking = blocking,
        Rows = 10,
        RejectedRows = 1,
    };

    private async Task<string?> PreviousAsync(string order) => (await Catalog.FindPreviousAsync(pipeline, order, CancellationToken.None))?.Order;

    private async Task<ContentHash> ArriveAsync(string order, string? parts = null, string? to = null) =>
        (await TestData.ArriveAsync(fixture.Storage, to ?? pipeline, order, [parts ?? order])).Id;
}
