using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>Figures of finite numbers that depend neither on the order in which they come nor on how they are grouped.</summary>
internal sealed class NumberScan
{
    internal const int Buckets = 4096;

    private readonly ExactSum sum = new();
    private readonly ExactSum squares = new();

    internal long Count { get; private set; }

    internal double Min { get; private set; } = double.PositiveInfinity;

    internal double Max { get; private set; } = double.NegativeInfinity;

    internal AdaptiveHistogram Histogram { get; private set; } = new(Buckets);

    internal double Mean => ExactSum.Mean(sum.Numerator(), Count);

    /// <summary>The sample standard deviation (n - 1); NaN for fewer than two values.</summary>
    internal double StandardDeviation => Math.Sqrt(ExactSum.Variance(sum.Numerator(), squares.Numerator(), Count));

    internal void Add(double value, long count = 1)
    {
        value += 0.0; // -0 is 0, or the minimum would depend on which came first
        Count += count;
        if (value < Min)
            Min = value;
        if (value > Max)
            Max = value;
        sum.Add(value, count);
        squares.AddSquare(value, count);
        Histogram.Add(value, count);
    }

    /// <summary>Adds finite values and makes their negative zeros positive.</summary>
    internal void Add(Span<double> values, MomentBuckets moments)
    {
        if (values.IsEmpty)
            return;
        Count += values.Length;
        (Min, Max) = Range(values, Min, Max);
        moments.Add(values, sum, squares);
        Histogram.Add(values);
    }

    /// <summary>Ends a scan.</summary>
    internal void Finish() => Histogram.Gather();

    internal void Merge(NumberScan other)
    {
        Count += other.Count;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        sum.Merge(other.sum);
        squares.Merge(other.squares);
        Histogram.Merge(other.Histogram);
    }

    internal NumberScanDocument? ToDocument() =>
        Count == 0 ? null : new NumberScanDocument(Count, Min, Max, sum.ToText(), squares.ToText(), Histogram.ToDocument());

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal static NumberScan Read(NumberScanDocument? document)
    {
        var scan = new NumberScan();
        if (document is null)
            return scan;
        if (document.Count < 1 || !(document.Min <= document.Max))
            throw new JsonException("Figures of numbers have a count above 0 and a range.");
        scan.Count = document.Count;
        scan.Min = document.Min;
        scan.Max = document.Max;
        scan.sum.Merge(ExactSum.Parse(document.Sum));
        scan.squares.Merge(ExactSum.Parse(document.Squares));
        scan.Histogram = AdaptiveHistogram.Read(document.Histogram, Buckets);
        return scan;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Min, double Max) Range(Span<double> values, double min, double max)
    {
        if (values.Length >= Vector256<double>.Count)
        {
            ref double first = ref MemoryMarshal.GetReference(values);
            Vector256<double> least = Vector256.Create(min);
            Vector256<double> most = Vector256.Create(max);
            int whole = values.Length & -Vector256<double>.Count;
            for (int i = 0; i < whole; i += Vector256<double>.Count)
            {
                Vector256<double> some = Vector256.LoadUnsafe(ref first, (nuint)i) + Vector256<double>.Zero;
                some.StoreUnsafe(ref first, (nuint)i);
                least = Vector256.MinNative(least, some);
                most = Vector256.MaxNative(most, some);
            }

            for (int i = 0; i < Vector256<double>.Count; i++)
            {
                min = Math.Min(min, least[i]);
                max = Math.Max(max, most[i]);
            }

            values = values[whole..];
        }

        foreach (ref double value in values)
        {
            value += 0.0; // -0 is 0, or the minimum would depend on which came first
            min = value < min ? value : min;
            max = value > max ? value : max;
        }

        return (min, max);
    }
}
