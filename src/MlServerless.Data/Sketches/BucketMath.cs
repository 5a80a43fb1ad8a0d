namespace MlServerless.Data;

/// <summary>Figures from the integer counts of buckets, by operations that round the same everywhere.</summary>
internal static class BucketMath
{
    /// <summary>
    /// The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of NumPy and R). Values
    /// of a bucket are taken as spread evenly over it.
    /// </summary>
    internal static double Quantile(Bucket[] buckets, double probability, double min, double max) => Quantiles(buckets, [probability], min, max)[0];

    /// <summary>The same for several probabilities.</summary>
    internal static double[] Quantiles(Bucket[] buckets, ReadOnlySpan<double> probabilities, double min, double max)
    {
        long[] through = new long[buckets.Length];
        long count = 0;
        for (int i = 0; i < buckets.Length; i++)
            through[i] = count += buckets[i].Count;
        double[] quantiles = new double[probabilities.Length];
        for (int i = 0; i < quantiles.Length; i++)
        {
            double rank = probabilities[i] * (count - 1);
            long below = (long)Math.Floor(rank);
            double lower = OrderStatistic(buckets, through, below, min, max);
            double weight = rank - below;
            quantiles[i] = weight == 0 ? lower : lower + (OrderStatistic(buckets, through, below + 1, min, max) - lower) * weight;
        }

        return quantiles;
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

    /// <param name="buckets">The buckets.</param>
    /// <param name="through">The number of values up to the end of each.</param>
    /// <param name="rank">From 0 on.</param>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">The largest value.</param>
    private static double OrderStatistic(Bucket[] buckets, long[] through, long rank, double min, double max)
    {
        int low = 0;
        int high = buckets.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (rank < through[middle])
                high = middle;
            else
                low = middle + 1;
        }

        if (low == buckets.Length)
            return max;
        Bucket bucket = buckets[low];
        double from = Math.Max(bucket.From, min);
        double to = Math.Min(bucket.To, max);
        return bucket.From == bucket.To ? from : from + (to - from) * ((rank - (through[low] - bucket.Count) + 0.5) / bucket.Count);
    }
}
