using MlServerless.Learning.Numerics;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Tests.Gbdt;

/// <summary>Short sums, where second derivatives are the same, are the long ones to the bit.</summary>
public unsafe class HistogramKernelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 300)]
    [InlineData(8, 1_000)]
    [InlineData(9, 1_000)]
    [InlineData(25, 5_000)]
    [InlineData(32, 2_000)]
    public void AddShort_Widened_IsWhatAddGives(int features, int rows)
    {
        var random = new Random(features);
        var format = new GradientFormat(rows, 0, hessianIsOne: true);
        int stride = (features + 7) / 8 * 8;
        byte[] cells = new byte[rows * stride];
        random.NextBytes(cells);
        var gradients = new AlignedLongs(rows);
        for (int i = 0; i < rows; i++)
            gradients.Pointer[i] = format.Pack((random.NextDouble() - 0.5) * 8, 1);
        int[] order = [.. Enumerable.Range(0, rows).OrderBy(_ => random.Next()), .. new int[RowPartition.Slack]];
        fixed (byte* first = cells)
        {
            fixed (int* chosen = order)
            {
                foreach (bool all in new[] { true, false })
                    AssertSame(features, new RowCells(first, all ? null : chosen, gradients.Pointer, rows), format);
            }
        }

        GC.KeepAlive(gradients);
    }

    /// <summary>As many rows as short sums may hold, all in one bin, with the largest gradient of either sign.</summary>
    [Theory]
    [InlineData(GradientFormat.MaxGradient)]
    [InlineData(-GradientFormat.MaxGradient)]
    public void AddShort_AtItsMost_DoesNotOverflow(double gradient)
    {
        const int rows = HistogramKernel.ShortRows;
        var format = new GradientFormat(rows, 0, hessianIsOne: true);
        var gradients = new AlignedLongs(rows);
        gradients.Span(0, rows).Fill(format.Pack(gradient, 1));
        byte[] cells = new byte[rows * 8];
        Array.Fill(cells, (byte)255);
        fixed (byte* first = cells)
            AssertSame(8, new RowCells(first, null, gradients.Pointer, rows), format);
        GC.KeepAlive(gradients);
    }

    /// <summary>Several stretches of short sums, on as many threads as may be, add up to what single features give.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Sum_ManyRows_IsThatOfEachFeature(int threads, bool some)
    {
        const int rows = 150_000, features = 7;
        var format = new GradientFormat(rows, 0, hessianIsOne: true);
        var random = new Random(3);
        FeatureBins[] bins = [.. Enumerable.Range(0, features).Select(slot => FeatureBins.Numeric(slot, [.. Enumerable.Range(0, 200).Select(edge => (double)edge)]))];
        using var data = new BinnedRows(bins, rows);
        for (int feature = 0; feature < features; feature++)
        {
            Span<byte> column = data.Column(feature, 0, rows);
            for (int i = 0; i < rows; i++)
                column[i] = (byte)random.Next(bins[feature].BinCount);
        }

        data.FillGroups(0, rows);
        var gradients = new AlignedLongs(rows);
        for (int i = 0; i < rows; i++)
            gradients.Pointer[i] = format.Pack((random.NextDouble() - 0.5) * 8, 1);
        var team = new WorkTeam(threads);
        var builder = new HistogramBuilder(data, format, team);
        int[] all = [.. Enumerable.Range(0, features)];
        AlignedLongs histogram = builder.Rent();

        // All rows, or two of three in an order of their own.
        int[] chosen = [.. Enumerable.Range(0, rows).Where(row => !some || row % 3 != 0)];
        random.Shuffle(chosen);
        int count = chosen.Length;
        int[] order = [.. chosen, .. new int[RowPartition.Slack]];
        fixed (int* row = order)
            builder.Sum(histogram, new FeatureGroups(data, all), some ? row : null, gradients.Pointer, count);
        foreach (int feature in all)
            builder.Merge(histogram, feature);
        foreach (int feature in all)
        {
            var expected = new AlignedLongs(HistogramKernel.FeatureLongs);
            fixed (int* row = order)
                HistogramKernel.AddOne(new RowCells(data.Column(feature), some ? row : null, gradients.Pointer, count), format, expected.Pointer);
            int longs = bins[feature].BinCount * HistogramKernel.EntryLongs;
            Assert.Equal(expected.Span(0, longs).ToArray(), new Span<long>(HistogramBuilder.Sums(histogram, feature), longs).ToArray());
        }

        GC.KeepAlive(gradients);
        GC.KeepAlive(histogram);
    }

    private static void AssertSame(int features, RowCells rows, GradientFormat format)
    {
        var expected = new AlignedLongs(features * HistogramKernel.FeatureLongs);
        HistogramKernel.Add(features, rows, format, expected.Pointer);
        var sums = new AlignedLongs(features * HistogramKernel.FeatureEntries);
        HistogramKernel.AddShort(features, rows, sums.Pointer);
        var widened = new AlignedLongs(features * HistogramKernel.FeatureLongs);
        for (int feature = 0; feature < features; feature++)
            HistogramKernel.Widen(sums.Pointer + feature * HistogramKernel.FeatureEntries, FeatureBins.MaxBins, format, add: false, widened.Pointer + feature * HistogramKernel.FeatureLongs);
        Assert.Equal(expected.Span(0, (int)expected.Length).ToArray(), widened.Span(0, (int)widened.Length).ToArray());

        // Added to what is there, it is twice as much.
        for (int feature = 0; feature < features; feature++)
            HistogramKernel.Widen(sums.Pointer + feature * HistogramKernel.FeatureEntries, FeatureBins.MaxBins, format, add: true, widened.Pointer + feature * HistogramKernel.FeatureLongs);
        Assert.Equal(expected.Span(0, (int)expected.Length).ToArray().Select(sum => 2 * sum), widened.Span(0, (int)widened.Length).ToArray());
    }
}
