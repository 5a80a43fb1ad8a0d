using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Catalog;

[Collection(StorageTests.Name)]
public sealed class NewestFirstTests(StorageFixture fixture)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string pipeline = TestRuns.NewPipeline();

    [Theory]
    [InlineData(0)]
    [InlineData(-4000)]
    [InlineData(4000)]
    public async Task ListNewestFirstAsync_WhateverTheClockSays_IsTheReverseOfTheOrder(int clockDays)
    {
        foreach (double days in (double[])[0, -0.1, -0.1, -0.3, -9, -200, -2000])
            await Arrivals.AddAsync(fixture.Storage, pipeline, Start.AddDays(days), file: $"{Guid.NewGuid():N}.csv");
        var catalog = new DataCatalog(fixture.Storage);
        List<string> orders = await catalog.ListArrivalsAsync(pipeline, CancellationToken.None).Select(arrival => arrival.Order).ToListAsync();
        orders.Sort(StringComparer.Ordinal);
        orders.Reverse();

        DateTimeOffset clock = Start.AddDays(clockDays);
        Assert.Equal(orders, await catalog.ListNewestFirstAsync(pipeline, clock, null, CancellationToken.None).Select(arrival => arrival.Order).ToListAsync());
        for (int i = 0; i < orders.Count; i++)
            Assert.Equal(orders[(i + 1)..], await catalog.ListNewestFirstAsync(pipeline, clock, orders[i], CancellationToken.None).Select(arrival => arrival.Order).ToListAsync());
    }

    [Fact]
    public async Task ListNewestFirstAsync_NoArrivals_IsEmpty() =>
        Assert.Empty(await new DataCatalog(fixture.Storage).ListNewestFirstAsync(pipeline, Start, null, CancellationToken.None).ToListAsync());
}
