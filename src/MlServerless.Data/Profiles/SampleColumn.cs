using System.Text;

namespace MlServerless.Data;

/// <summary>The values of one column in a sample of rows: numbers, or codes of categories.</summary>
internal sealed class SampleColumn
{
    private SampleColumn(double[]? numbers, int[]? codes, int categories)
    {
        Numbers = numbers;
        Codes = codes;
        Categories = categories;
    }

    /// <summary>NaN where the value is missing; null for categories.</summary>
    internal double[]? Numbers { get; }

    /// <summary>-1 where the value is missing; null for numbers.</summary>
    internal int[]? Codes { get; }

    /// <summary>How many categories there are.</summary>
    internal int Categories { get; }

    /// <summary>The columns of the sampled rows that have cells, in one order of rows.</summary>
    internal static IReadOnlyDictionary<string, SampleColumn> Of(IReadOnlyList<SampledRow> rows, DataSchema schema)
    {
        var texts = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        for (int i = 0; i < rows.Count; i++)
        {
            foreach ((string name, string value) in rows[i].Cells)
            {
                if (!texts.TryGetValue(name, out string?[]? column))
                    texts.Add(name, column = new string?[rows.Count]);
                column[i] = value;
            }
        }

        var columns = new Dictionary<string, SampleColumn>(StringComparer.Ordinal);
        foreach ((string name, string?[] values) in texts)
        {
            if (schema.Find(name) is not { Type: not ColumnType.Ignored } column)
                continue;
            columns.Add(name, column.Type is ColumnType.Category or ColumnType.Text or ColumnType.Boolean ? OfCategories(values) : OfNumbers(values, column.Type));
        }

        return columns;
    }

    private static SampleColumn OfNumbers(string?[] values, ColumnType type) => new([.. values.Select(value => Parse(value, type))], null, 0);

    private static double Parse(string? value, ColumnType type)
    {
        if (value is null)
            return double.NaN;
        byte[] text = Encoding.UTF8.GetBytes(value);
        double number;
        bool read = type == ColumnType.DateTime ? ValueParser.TryDateTime(text, out number) : ValueParser.TryNumber(text, out number);
        return read ? number : double.NaN;
    }

    private static SampleColumn OfCategories(string?[] values)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] codes = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
                codes[i] = -1;
            else if (!known.TryGetValue(value, out codes[i]))
                known.Add(value, codes[i] = known.Count);
        }

        return new SampleColumn(null, codes, known.Count);
    }
}
