using FsCheck;

namespace MlServerless.Data.Tests.Sketches;

public class AdaptiveHistogramTests
{
    private const int Capacity = 32;

    /// <summary>Values that need more buckets than the capacity leave it unsettled until somebody reads.</summary>
    [Fact]
    public void Read_ByManyAtOnce_GivesTheSame()
    {
        const int capacity = 4096;
        const int readers = 4;
        for (int round = 0; round < 20; round++)
        {
            // More buckets than may be shown, and fewer than raise the level at once: settling takes long enough for all to meet in it.
            var histogram = new AdaptiveHistogram(capacity);
            for (int i = 0; i < capacity * 3 / 2; i++)
                histogram.Add(i * 1.37 + round);
            string[] seen = new string[readers];
            using var start = new Barrier(readers);
            Thread[] threads =
            [
                .. Enumerable.Range(0, readers).Select(reader => new Thread(() =>
                {
                    start.SignalAndWait();
                    try
                    {
                        AdaptiveHistogram read = histogram;
                        if (reader % 2 == 0)
                        {
                            read = new AdaptiveHistogram(capacity);
                            read.Merge(histogram);
                        }

                        seen[reader] = string.Join(' ', read.Buckets());
                    }
                    catch (Exception exception)
                    {
                        seen[reader] = exception.Message;
                    }
                })),
            ];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
            Assert.Equal(string.Join(' ', histogram.Buckets()), Assert.Single(seen.Distinct()));
        }
    }

    [Fact]
    public void Merge_AnyPartsInAnyOrder_GivesTheSameCounts() =>
        Properties.Check(
            from count in Gen.Choose(0, 300)
            from values in Gen.ArrayOf(count, Value())
            from cuts in Gen.ArrayOf(4, Gen.Choose(0, count))
            select (Values: values, Cuts: cuts),
            sample =>
            {
                AdaptiveHistogram whole = Of(sample.Values);
                int[] borders = [0, .. sample.Cuts.Order(), sample.Values.Length];
                var merged = new AdaptiveHistogram(Capacity);
                for (int i = borders.Length - 2; i >= 0; i--)
                    merged.Merge(Of(sample.Values[borders[i]..borders[i + 1]]));
                Assert.Equal(whole.Level, merged.Level);
                Assert.Equal(whole.Buckets(), merged.Buckets());
            },
            500);

    [Fact]
    public void Add_AnyValues_LiesInItsBucketAndFitsTheCapacity() =>
        Properties.Check(
            from count in Gen.Choose(1, 200)
            from values in Gen.ArrayOf(count, Value())
            select values,
            values =>
            {
                AdaptiveHistogram histogram = Of(values);
                Bucket[] buckets = histogram.Buckets();
                Assert.InRange(buckets.Length, 1, Capacity);
                Assert.Equal(values.Length, buckets.Sum(bucket => bucket.Count));
                foreach (Bucket bucket in buckets)
                    Assert.Equal(bucket.Count, values.Count(value => value >= bucket.From && value <= bucket.To));
                Assert.Equal(buckets, AdaptiveHistogram.Read(histogram.ToDocument(), Capacity).Buckets());
            },
            500);

    [Fact]
    public void Add_FewDifferentValues_AreCountedExactly()
    {
        AdaptiveHistogram histogram = Of(Enumerable.Range(0, 1000).Select(i => (double)(i % Capacity)));
        Assert.Equal(0, histogram.Level);
        Assert.Equal(Enumerable.Range(0, Capacity).Select(i => (double)i), histogram.Buckets().Select(bucket => bucket.From));
    }

    [Fact]
    public void Add_NarrowRangeFarFromZero_IsStillResolved()
    {
        AdaptiveHistogram histogram = Of(Enumerable.Range(0, 100_000).Select(i => 1e9 + i * 0.001));
        Assert.InRange(histogram.Buckets().Length, Capacity / 2, Capacity);
    }

    [Fact]
    public void Add_NegativeZero_IsZero() => Assert.Equal(2, Assert.Single(Of([0.0, -0.0]).Buckets()).Count);

    private static AdaptiveHistogram Of(IEnumerable<double> values)
    {
        var histogram = new AdaptiveHistogram(Capacity);
        foreach (double value in values)
            histogram.Add(value);
        return histogram;
    }

    private static Gen<double> Value() => Gen.Frequency(
        Tuple.Create(3, Gen.Choose(-100, 100).Select(i => (double)i)),
        Tuple.Create(3, Gen.Choose(-1_000_000, 1_000_000).Select(i => i / 1000.0)),
        Tuple.Create(1, Properties.Bits64.Select(bits => BitConverter.Int64BitsToDouble(bits)).Where(double.IsFinite)),
        Tuple.Create(1, Gen.Elements(0.0, -0.0, double.MaxValue, -double.MaxValue, double.Epsilon, -double.Epsilon)));
}
