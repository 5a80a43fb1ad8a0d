namespace MlServerless.Data;

/// <summary>The figures of one column.</summary>
public sealed record ColumnProfile
{
    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>Values that are neither missing nor infinite.</summary>
    public long Count { get; init; }

    public long Missing { get; init; }

    /// <summary>Infinities; tables hold them as missing.</summary>
    public long NonFinite { get; init; }

    /// <summary>How many different values, as they are written.</summary>
    public long Distinct { get; init; }

    /// <summary>Whether <see cref="Distinct"/> and <see cref="TopValues"/> are exact; else an estimate with a standard error of 1.6 %, and the most frequent of 1024 values chosen by hash.</summary>
    public bool DistinctIsExact { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public double? Mean { get; init; }

    /// <summary>Of the sample (n - 1).</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>How wide, relative to their values, the buckets are from which quantiles and histogram come; 0 if every value has its own.</summary>
    public double? Resolution { get; init; }

    public IReadOnlyList<Quantile>? Quantiles { get; init; }

    /// <summary>Counts in bins of equal width between minimum and maximum.</summary>
    public IReadOnlyList<HistogramBin>? Histogram { get; init; }

    /// <summary>The most frequent values, most frequent first, equals in ordinal order.</summary>
    public IReadOnlyList<ValueFrequency> TopValues { get; init; } = [];

    /// <summary>In Unicode characters, as the lengths below.</summary>
    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public double? MeanLength { get; init; }

    /// <summary>How much the column and the label go together; null for the label itself, and where there is no label or too little to tell.</summary>
    public LabelAssociation? Label { get; init; }
}
