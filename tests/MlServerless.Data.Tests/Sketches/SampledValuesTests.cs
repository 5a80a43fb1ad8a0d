using System.Text;
using System.Text.Json;
using FsCheck;

namespace MlServerless.Data.Tests.Sketches;

public class SampledValuesTests
{
    private const int Capacity = 8;

    [Fact]
    public void Merge_AnyPartsInAnyOrder_GivesTheSame() =>
        Properties.Check(
            from count in Gen.Choose(0, 200)
            from different in Gen.Choose(1, 60)
            from values in Gen.ArrayOf(count, Gen.Choose(1, different))
            from cuts in Gen.ArrayOf(3, Gen.Choose(0, count))
            select (Values: values, Cuts: cuts),
            sample =>
            {
                int[] borders = [0, .. sample.Cuts.Order(), sample.Values.Length];
                var merged = new SampledValues<HashBins>(Capacity);
                for (int i = borders.Length - 2; i >= 0; i--)
                    merged.Merge(Of(sample.Values[borders[i]..borders[i + 1]]));
                AssertSame(Of(sample.Values), merged);
                foreach (ValueCount value in merged.Sample.ToList())
                    Assert.Equal(sample.Values.Count(other => $"v{other}" == value.Value), value.Count);
                Assert.Equal(sample.Values.Distinct().Count() <= Capacity, merged.Summary is null);
            },
            500);

    [Fact]
    public void Restore_WhatWasWritten_GoesOnAsBefore() =>
        Properties.Check(
            from first in Gen.ArrayOf(50, Gen.Choose(1, 30))
            from second in Gen.ArrayOf(50, Gen.Choose(1, 30))
            select (First: first, Second: second),
            sample =>
            {
                SampledValues<HashBins> before = Of(sample.First);
                List<ValueCount> values = before.Sample.ToList();
                var restored = new SampledValues<HashBins>(Capacity);
                restored.Restore([.. values.Select(value => value.Value)], [.. values.Select(value => value.Count)], Copy(before.Summary));
                restored.Merge(Of(sample.Second));
                AssertSame(Of([.. sample.First, .. sample.Second]), restored);
            });

    [Fact]
    public void Add_LongValues_AreToldApartByTheirHash()
    {
        var values = new SampledValues<HashBins>(Capacity);
        string start = new('ü', 500);
        values.Add(Encoding.UTF8.GetBytes(start + "a"));
        values.Add(Encoding.UTF8.GetBytes(start + "b"));
        values.Add(Encoding.UTF8.GetBytes(start + "b"));
        List<ValueCount> counted = values.Sample.ToList();
        Assert.Equal([1, 2], counted.Select(value => value.Count).Order());
        Assert.All(counted, value => Assert.InRange(Encoding.UTF8.GetByteCount(value.Value), 1, 128));
    }

    [Theory]
    [InlineData(new[] { "a", "a" }, new[] { 1L, 1L })]
    [InlineData(new[] { "a" }, new[] { 0L })]
    [InlineData(new[] { "a" }, new[] { 1L, 2L })]
    [InlineData(new[] { "1", "2", "3", "4", "5", "6", "7", "8", "9" }, new[] { 1L, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void Restore_SomethingElse_Throws(string[] values, long[] counts) =>
        Assert.Throws<JsonException>(() => new SampledValues<HashBins>(Capacity).Restore(values, counts, null));

    [Fact]
    public void Restore_LoneSurrogate_Throws() =>
        Assert.Throws<JsonException>(() => new SampledValues<HashBins>(Capacity).Restore(["\ud800"], [1], null));

    private static void AssertSame(SampledValues<HashBins> expected, SampledValues<HashBins> actual)
    {
        Assert.Equal(expected.Sample.ToList(), actual.Sample.ToList());
        Assert.Equal(expected.Summary?.Counts, actual.Summary?.Counts);
    }

    private static SampledValues<HashBins> Of(int[] values)
    {
        var sampled = new SampledValues<HashBins>(Capacity);
        foreach (int value in values)
            sampled.Add(Encoding.UTF8.GetBytes($"v{value}"));
        return sampled;
    }

    private static HashBins? Copy(HashBins? bins)
    {
        if (bins is null)
            return null;
        var copy = new HashBins();
        copy.Merge(bins);
        return copy;
    }
}
