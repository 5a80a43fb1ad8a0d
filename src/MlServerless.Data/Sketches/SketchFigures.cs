namespace MlServerless.Data;

/// <summary>Figures that can be read off a sketch.</summary>
public static class SketchFigures
{
    /// <summary>The median of the numbers that are there; null where there are none.</summary>
    public static double? Median(ColumnSketch column)
    {
        ArgumentNullException.ThrowIfNull(column);
        Bucket[] buckets = column.Numbers.Buckets();
        return buckets.Length == 0 ? null : BucketMath.Quantile(buckets, 0.5, buckets[0].From, buckets[^1].To);
    }

    /// <summary>The most frequent category; null where there is none. Of equally frequent ones the first in ordinal order.</summary>
    public static string? MostFrequent(ColumnSketch column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.Categories.Sample.ToList() is { Count: > 0 } values ? values.MaxBy(value => value.Count).Value : null;
    }

    /// <summary>The most frequent categories, the most frequent first; equally frequent ones in ordinal order.</summary>
    public static IEnumerable<string> MostFrequent(ColumnSketch column, int most)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.Categories.Sample.ToList().OrderByDescending(value => value.Count).Take(most).Select(value => value.Value);
    }

    /// <summary>Numbers in groups of nearly equal ones, in ascending order: the middle of each group and how many there are.</summary>
    public static IReadOnlyList<(double Value, long Count)> Numbers(ColumnSketch column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return [.. column.Numbers.Buckets().Select(bucket => (bucket.Middle, bucket.Count))];
    }
}
