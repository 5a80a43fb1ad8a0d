using System.Text.Json;

namespace MlServerless.Data;

/// <summary>The figures of a data version that people and later versions compare with; canonical JSON without times or places.</summary>
/// <remarks>
/// Counts, minimum, maximum, mean and standard deviation are exact (rounded once to a double); so are the number of
/// different values and the top values where <see cref="ColumnProfile.DistinctIsExact"/>. A quantile lies within the bucket of the
/// exact one; the bucket is at most <see cref="ColumnProfile.Resolution"/> of its value wide (0: exact). The rows that are
/// kept out are in none of the columns' figures.
/// </remarks>
public sealed record DataProfile
{
    private static readonly double[] Probabilities = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

    private const int HistogramBins = 20;
    private const int TopValues = 20;

    /// <summary>All data rows, those kept out included.</summary>
    public required long Rows { get; init; }

    public required long RejectedRows { get; init; }

    /// <summary>How many different rows are not kept out; exact up to 2048, else an estimate with a standard error of 1.6 %. Null in profiles of before it was counted.</summary>
    public long? DistinctRows { get; init; }

    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    /// <summary>The profile of that column, or null.</summary>
    public ColumnProfile? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <param name="scan">The whole data version.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="label">The column to be predicted, with which the others are correlated; null for none.</param>
    public static DataProfile From(PartScan scan, DataSchema schema, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(schema);
        IReadOnlyDictionary<string, LabelAssociation> associations = label is null ? new Dictionary<string, LabelAssociation>() : LabelAssociations.Of(scan, schema, label);
        return new DataProfile
        {
            Rows = scan.RowCount,
            RejectedRows = scan.RejectedRows,
            DistinctRows = scan.Sample?.WholeRows.Distinct(),
            Columns =
            [
                .. scan.Columns.Select(column => Describe(column, schema.Find(column.Name)?.Type ?? ColumnType.Ignored, scan.KeptRows) with { Label = associations.GetValueOrDefault(column.Name) }),
            ],
        };
    }

    public byte[] ToCanonicalJson() => CanonicalJson.Serialize(this, DataJsonContext.Default.DataProfile);

    /// <summary>Reads what <see cref="ToCanonicalJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static DataProfile Parse(ReadOnlySpan<byte> utf8Json) =>
        JsonSerializer.Deserialize(utf8Json, DataJsonContext.Default.DataProfile) ?? throw new JsonException("A profile is an object, not null.");

    internal static long EstimateDistinct(ColumnScan column) =>
        column.Values.Summary is { } summary ? Math.Max((long)Math.Round(summary.Estimate()), ColumnScan.CountedValues + 1) : column.Values.Sample.Count;

    private static ColumnProfile Describe(ColumnScan column, ColumnType type, long rows)
    {
        bool numeric = type.IsNumeric();
        NumberScan numbers = type == ColumnType.DateTime && column.Declared is null ? column.Times : column.Numbers;
        var profile = new ColumnProfile
        {
            Name = column.Name,
            Type = type,
            Count = column.Present(rows),
            Missing = column.MissingValues,
            NonFinite = column.NonFinite.Count,
            Distinct = EstimateDistinct(column),
            DistinctIsExact = column.Values.Summary is null,
            TopValues = [.. column.Values.Sample.MostFrequent(TopValues).ConvertAll(value => new ValueFrequency(value.Value, value.Count))],
        };
        if (numeric && numbers.Count > 0)
            return AddNumbers(profile, numbers);
        if (type.IsCategorical() && column.Lengths.Count > 0)
            return profile with { MinLength = column.Lengths.Min, MaxLength = column.Lengths.Max, MeanLength = column.Lengths.Mean };
        return profile;
    }

    private static ColumnProfile AddNumbers(ColumnProfile profile, NumberScan numbers)
    {
        Bucket[] buckets = numbers.Histogram.Buckets();
        double deviation = numbers.StandardDeviation;
        double[] quantiles = BucketMath.Quantiles(buckets, Probabilities, numbers.Min, numbers.Max);
        return profile with
        {
            Min = numbers.Min,
            Max = numbers.Max,
            Mean = numbers.Mean,
            StandardDeviation = double.IsFinite(deviation) ? deviation : null,
            Resolution = numbers.Histogram.Level == 0 ? 0 : Math.ScaleB(1, numbers.Histogram.Level - 52),
            Quantiles = [.. Probabilities.Select((p, i) => new Quantile(p, quantiles[i]))],
            Histogram = BucketMath.Histogram(buckets, HistogramBins, numbers.Min, numbers.Max),
        };
    }
}
