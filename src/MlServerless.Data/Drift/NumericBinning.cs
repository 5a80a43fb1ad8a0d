using System.Globalization;

namespace MlServerless.Data;

/// <summary>Numbers in bins of the reference, and distances between their distributions.</summary>
internal sealed class NumericBinning
{
    private const int Tenths = 10;

    private readonly Bucket[] reference;
    private readonly Bucket[] current;
    private readonly bool isTime;

    internal NumericBinning(AdaptiveHistogram reference, AdaptiveHistogram current, ColumnType type)
    {
        isTime = type == ColumnType.DateTime;
        // Both at the coarser level, where their buckets are the same.
        int level = Math.Max(reference.Level, current.Level);
        this.reference = reference.Buckets(level);
        this.current = current.Buckets(level);
    }

    internal bool CanCompare => reference.Length > 0 && current.Length > 0;

    /// <summary>How many current values lie in buckets below the first or above the last of the reference.</summary>
    internal long OutOfRange =>
        reference.Length == 0 ? 0 : current.Where(bucket => bucket.Key < reference[0].Key || bucket.Key > reference[^1].Key).Sum(bucket => bucket.Count);

    /// <summary>
    /// About ten bins with equal counts in the reference, and two beyond its range. Buckets stay whole, and one that holds a tenth
    /// of the values or more is a bin of its own, so that it cannot hide behind its neighbours.
    /// </summary>
    internal FeatureBins Bins()
    {
        if (reference.Length == 0)
            return new FeatureBins([0], [current.Sum(bucket => bucket.Count)], ["any number"]);
        List<int> starts = Starts();
        var counts = new List<long> { 0 };
        var ends = new List<ulong>();
        var names = new List<string> { $"below {Text(reference[0].From)}" };
        for (int i = 0; i < starts.Count; i++)
        {
            int end = i + 1 < starts.Count ? starts[i + 1] : reference.Length;
            counts.Add(reference[starts[i]..end].Sum(bucket => bucket.Count));
            ends.Add(reference[end - 1].Key);
            double from = reference[starts[i]].From;
            double to = reference[end - 1].To;
            names.Add(from == to ? Text(from) : $"{Text(from)} to {Text(to)}");
        }

        counts.Add(0);
        names.Add($"above {Text(reference[^1].To)}");
        long[] currentCounts = new long[counts.Count];
        foreach (Bucket bucket in current)
        {
            int bin = ends.BinarySearch(bucket.Key);
            currentCounts[bucket.Key < reference[0].Key ? 0 : 1 + (bin < 0 ? ~bin : bin)] += bucket.Count;
        }

        return new FeatureBins(counts, currentCounts, names);
    }

    /// <summary>The area between the distribution functions, in standard deviations of the reference; null if that is beyond a double.</summary>
    internal double? Wasserstein()
    {
        double area = 0;
        (double Middle, double Difference) last = default;
        foreach ((double Middle, double Difference) step in Steps())
        {
            area += Math.Abs(last.Difference) * (step.Middle - last.Middle);
            last = step;
        }

        double distance = area / Scale();
        return double.IsFinite(distance) ? distance : null;
    }

    /// <summary>The largest difference between the distribution functions at the end of a bucket.</summary>
    internal double KolmogorovSmirnov() => Steps().Max(step => Math.Abs(step.Difference));

    private string Text(double value) => isTime && DateTimeText.TryOf(value) is { } time ? time : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>The first bucket of each bin of the reference.</summary>
    private List<int> Starts()
    {
        long total = reference.Sum(bucket => bucket.Count);
        var starts = new List<int>();
        long before = 0;
        bool close = true;
        for (int i = 0; i < reference.Length; i++)
        {
            long after = before + reference[i].Count;
            bool heavy = reference[i].Count * Tenths >= total;
            if (close || heavy)
                starts.Add(i);
            close = heavy || after * Tenths / total > before * Tenths / total;
            before = after;
        }

        return starts;
    }

    /// <summary>Every bucket that either side fills, in ascending order, with the difference of the distribution functions behind it.</summary>
    private IEnumerable<(double Middle, double Difference)> Steps()
    {
        double referenceTotal = reference.Sum(bucket => bucket.Count);
        double currentTotal = current.Sum(bucket => bucket.Count);
        long referenceBefore = 0;
        long currentBefore = 0;
        int i = 0;
        int j = 0;
        while (i < reference.Length || j < current.Length)
        {
            bool fromReference = j == current.Length || (i < reference.Length && reference[i].Key <= current[j].Key);
            bool fromCurrent = i == reference.Length || (j < current.Length && current[j].Key <= reference[i].Key);
            double middle = fromReference ? reference[i].Middle : current[j].Middle;
            if (fromReference)
                referenceBefore += reference[i++].Count;
            if (fromCurrent)
                currentBefore += current[j++].Count;
            yield return (middle, referenceBefore / referenceTotal - currentBefore / currentTotal);
        }
    }

    private double Scale()
    {
        double total = reference.Sum(bucket => bucket.Count);
        double mean = 0;
        foreach (Bucket bucket in reference)
            mean += bucket.Middle * (bucket.Count / total);
        double variance = 0;
        foreach (Bucket bucket in reference)
            variance += (bucket.Middle - mean) * (bucket.Middle - mean) * (bucket.Count / total);
        if (reference.Length > 1 && variance > 0)
            return Math.Sqrt(variance);
        return mean == 0 ? 1 : Math.Abs(mean);
    }
}
