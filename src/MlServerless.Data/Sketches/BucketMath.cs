namespace MlServerless.Data;

/// <summary>Figures from the integer counts of buckets, by operations that round the same everywhere.</summary>
internal static class BucketMath
{
    /// <summary>
    /// The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of NumPy and R). Values
    /// of a bucket are taken as spread evenly over it.
    /// </summary>
    internal static double Quantile(Bucket[] buckets, double probability, double min, double max)
    {
        long count = buckets.Sum(bucket => bucket.Count);
        double rank = probability * (count - 1);
        long below = (long)Math.Floor(rank);
        double lower = OrderStatistic(buckets, below, min, max);
        double weight = rank - below;
        if (weight == 0)
            return lower;
        double upper = OrderStatistic(buckets, below + 1, min, max);
        return lower + (upper - lower) * weight;
    }

    /// <summary>Counts in bins of equal width; a bucket counts where its middle lies.</summary>
    internal static List<HistogramBin> Histogram(Bucket[] buckets, int bins, double min, double max)
    {
        double width = (max - min) / bins;
        if (!(width > 0) || !double.IsFinite(width))
            return [new HistogramBin(min, max, buckets.Sum(bucket => bucket.Count))];
        long[] counts = new long[bins];
        foreach (Bucket bucket in buckets)
        {
            double middle = Math.Clamp(bucket.Middle, min, max);
            counts[Math.Clamp((int)((middle - min) / width), 0, bins - 1)] += bucket.Count;
        }

        return [.. counts.Select((count, i) => new HistogramBin(min + i * width, i == bins - 1 ? max : min + (i + 1) * width, count))];
    }

    private static double OrderStatistic(Bucket[] buckets, long rank, double min, double max)
    {
        foreach (Bucket bucket in buckets)
        {
            if (rank < bucket.Count)
            {
                double from = Math.Max(bucket.From, min);
                double to = Math.Min(bucket.To, max);
                return bucket.From == bucket.To ? from : from + (to - from) * ((rank + 0.5) / bucket.Count);
            }

            rank -= bucket.Count;
        }

        return max;
    }
}
