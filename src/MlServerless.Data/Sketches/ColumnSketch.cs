using System.Text;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>
/// The distribution of one column as integer counts of bounded size. Sketches of parts of the data, merged in any
/// order and grouping, have the same bytes as the sketch of the whole. Not safe for use from several threads at once.
/// </summary>
/// <remarks>
/// Numbers are counted in at most 1024 log-linear buckets whose width follows the data: with 1024 or fewer different
/// values exactly, else as finely as 1024 buckets allow (a normal distribution: 3 % of the value or less). Categories
/// are counted one by one up to 512 different values; beyond that a sample of 512 values chosen by hash is, and
/// 64 bins by hash hold the whole. Of texts the lengths in characters are counted.
/// </remarks>
public sealed class ColumnSketch
{
    private const int NumberBuckets = 1024;
    private const int CategoryCapacity = 512;

    private AdaptiveHistogram numbers = new(NumberBuckets);

    internal ColumnSketch(string name, ColumnType type)
    {
        if (type == ColumnType.Ignored)
            throw new ArgumentException($"The column '{name}' is ignored; there is nothing to sketch.", nameof(type));
        Name = name;
        Type = type;
    }

    public string Name { get; }

    public ColumnType Type { get; }

    /// <summary>All rows, those with a missing value included.</summary>
    public long Rows { get; private set; }

    public long Missing { get; private set; }

    internal AdaptiveHistogram Numbers => numbers;

    internal SampledValues<HashBins> Categories { get; } = new(CategoryCapacity);

    /// <summary>Counts one number (seconds since 1970-01-01 UTC for dateTime, 0 or 1 for boolean). NaN and infinities count as missing.</summary>
    /// <exception cref="InvalidOperationException">The column is not numeric.</exception>
    public void AddNumber(double value)
    {
        if (!Type.IsNumeric())
            throw new InvalidOperationException($"The column '{Name}' of type {Type} takes no numbers.");
        Rows++;
        if (double.IsFinite(value))
            numbers.Add(value);
        else
            Missing++;
    }

    private void AddNumbers(ReadOnlySpan<double> values)
    {
        Span<double> finite = stackalloc double[512];
        for (int start = 0; start < values.Length; start += finite.Length)
        {
            int count = 0;
            ReadOnlySpan<double> some = values[start..Math.Min(values.Length, start + finite.Length)];
            foreach (double value in some)
            {
                finite[count] = value;
                count += double.IsFinite(value) ? 1 : 0;
            }

            Rows += some.Length;
            Missing += some.Length - count;
            numbers.Add(finite[..count]);
        }
    }

    /// <summary>Counts one category or text; null is missing.</summary>
    /// <exception cref="InvalidOperationException">The column is numeric.</exception>
    public void AddCategory(string? value)
    {
        if (value is null)
            AddMissing();
        else
            AddCategory(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Counts one category or text given as UTF-8.</summary>
    /// <exception cref="InvalidOperationException">The column is numeric.</exception>
    public void AddCategory(ReadOnlySpan<byte> utf8) => AddCategory(utf8, 1);

    public void AddMissing() => AddMissing(1);

    internal void AddMissing(long count)
    {
        Rows += count;
        Missing += count;
    }

    internal void AddCategory(ReadOnlySpan<byte> utf8, long count)
    {
        if (!Type.IsCategorical())
            throw new InvalidOperationException($"The column '{Name}' of type {Type} takes no categories.");
        Rows += count;
        if (Type == ColumnType.Text)
            numbers.Add(Encoding.UTF8.GetCharCount(utf8), count);
        else
            Categories.Add(utf8, count);
    }

    internal void Add(Column column)
    {
        if (column is NumericColumn numeric && Type.IsNumeric())
        {
            AddNumbers(numeric.Values);
            return;
        }

        if (column is not CategoryColumn category || !Type.IsCategorical())
            throw new ArgumentException($"The column '{column.Name}' of type {column.Type} does not fit a sketch of type {Type}.", nameof(column));
        long[] counts = new long[category.Vocabulary.Count];
        foreach (int code in category.Codes)
        {
            if (code < 0)
                AddMissing();
            else
                counts[code]++;
        }

        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                AddCategory(Encoding.UTF8.GetBytes(category.Vocabulary[i]), counts[i]);
        }
    }

    /// <summary>Takes up what a scan counted. The scan must have counted every category (<see cref="CanTake"/>).</summary>
    internal void Add(ColumnScan scan, long rows)
    {
        AddMissing(scan.MissingValues + scan.NonFinite.Count);
        if (Type.IsNumeric())
        {
            Rows = rows;
            numbers.Merge((Type == ColumnType.DateTime && scan.Declared is null ? scan.Times : scan.Numbers).Histogram);
            return;
        }

        foreach (ValueCount value in scan.Values.Sample.ToList())
            AddCategory(JsonText.ToUtf8(value.Value), value.Count);
    }

    /// <summary>Whether a scan holds what a sketch of that type needs: it keeps no lengths one by one, and of many different categories only a sample.</summary>
    internal static bool CanTake(ColumnScan scan, ColumnType type) => type.IsNumeric() || (type == ColumnType.Category && scan.Values.Summary is null);

    internal void Merge(ColumnSketch other)
    {
        Rows += other.Rows;
        Missing += other.Missing;
        numbers.Merge(other.numbers);
        Categories.Merge(other.Categories);
    }

    internal ColumnSketchDocument ToDocument()
    {
        if (Type != ColumnType.Category)
            return new ColumnSketchDocument(Name, Type, Missing, Numbers: numbers.ToDocument());
        List<ValueCount> values = Categories.Sample.ToList();
        return new ColumnSketchDocument(Name, Type, Missing, Categories: new CategoryDocument(
            [.. values.Select(value => value.Value)],
            [.. values.Select(value => value.Count)],
            Categories.Summary?.Counts));
    }

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal static ColumnSketch Read(ColumnSketchDocument document)
    {
        if (document.Type == ColumnType.Ignored || document.Missing < 0)
            throw new JsonException($"The sketch of '{document.Name}' is of an ignored column or misses less than 0 values.");
        bool numeric = document.Type != ColumnType.Category;
        if (document.Numbers is null == numeric || document.Categories is null != numeric)
            throw new JsonException($"The sketch of '{document.Name}' does not hold what type {document.Type} needs.");
        var sketch = new ColumnSketch(document.Name, document.Type) { Missing = document.Missing, Rows = document.Missing };
        if (document.Numbers is not null)
        {
            sketch.numbers = AdaptiveHistogram.Read(document.Numbers, NumberBuckets);
            sketch.Rows += Sum(document.Numbers.Counts);
        }
        else
        {
            CategoryDocument categories = document.Categories!;
            sketch.Categories.Restore(categories.Values, categories.Counts, categories.Bins is null ? null : ReadBins(categories.Bins));
            sketch.Rows += Sum(categories.Bins ?? categories.Counts);
        }

        return sketch;
    }

    private static HashBins ReadBins(IReadOnlyList<long> counts)
    {
        if (counts.Count != HashBins.Size || counts.Any(count => count < 0))
            throw new JsonException($"{HashBins.Size} counts by hash are expected, none below 0.");
        var bins = new HashBins();
        for (int i = 0; i < counts.Count; i++)
            bins.Counts[i] = counts[i];
        return bins;
    }

    private static long Sum(IReadOnlyList<long> counts)
    {
        long sum = 0;
        foreach (long count in counts)
        {
            sum += count;
            if (count > 1L << 53 || sum > 1L << 53)
                throw new JsonException("The counts of a sketch are too large.");
        }

        return sum;
    }
}
