using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Retention;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Retention;

public sealed class RetentionPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Arrivals 0, 10, 20, 30 and 40 days old.</summary>
    private static readonly DataVersionRecord[] Kept = [.. Enumerable.Range(0, 5).Select(i => TestData.Arrival(DataOrder.Of(Now.AddDays(-10 * i), "p/x.csv", "1")))];

    [Theory]
    [InlineData(null, null, new int[0])]
    [InlineData(25, null, new[] { 40, 30 })]
    [InlineData(30, null, new[] { 40 })]
    [InlineData(null, 2, new[] { 40, 30, 20 })]
    [InlineData(25, 4, new[] { 40 })]
    [InlineData(5, 1, new[] { 40, 30, 20, 10 })]
    [InlineData(1, 9, new int[0])]
    public void Expired_WhatEveryLimitLetsGo_OldestFirst(int? days, int? versions, int[] ages) =>
        Assert.Equal(
            ages,
            RetentionPolicy.Expired(Kept, new RetentionSpec { Days = days, Versions = versions }, Now).Select(arrival => (int)(Now - DataOrder.TimeOf(arrival.Order)).TotalDays));
}
