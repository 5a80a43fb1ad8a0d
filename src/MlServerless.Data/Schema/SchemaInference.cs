namespace MlServerless.Data;

/// <summary>Chooses types for the columns that nobody declared.</summary>
public static class SchemaInference
{
    /// <summary>Category values are short or come back; texts are longer than this on average and mostly different.</summary>
    private const double LongText = 32;

    /// <summary>
    /// The schema of a scanned data version: declared columns as they were declared (those that the file lacks come
    /// last), all others with the narrowest type that every value fits, so that inference never keeps a row out. Numbers 0
    /// and 1 stay integers and yes/no a category unless they are declared boolean; digits with leading zeros, or too many
    /// for a double, stay categories; a column without any value is ignored.
    /// </summary>
    /// <param name="scan">The whole version.</param>
    /// <param name="declared">By name; the label of a classification belongs here as a category.</param>
    public static DataSchema Infer(PartScan scan, IReadOnlyDictionary<string, ColumnSchema> declared)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(declared);
        var columns = new List<ColumnSchema>(scan.Columns.Count);
        foreach (ColumnScan column in scan.Columns)
            columns.Add(declared.TryGetValue(column.Name, out ColumnSchema? given) ? given with { Name = column.Name } : Infer(column, scan.KeptRows));
        IEnumerable<KeyValuePair<string, ColumnSchema>> absent = declared.Where(pair => !scan.Columns.Any(column => column.Name == pair.Key));
        columns.AddRange(absent.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value with { Name = pair.Key }));
        return new DataSchema { Columns = columns };
    }

    private static ColumnSchema Infer(ColumnScan column, long rows)
    {
        (ColumnType type, string explanation) = Choose(column, column.Present(rows));
        return new ColumnSchema { Name = column.Name, Type = type, Explanation = explanation };
    }

    private static (ColumnType Type, string Explanation) Choose(ColumnScan column, long present)
    {
        if (present == 0)
            return (ColumnType.Ignored, "no row has a value");
        long integers = column.CountOf(ValueClass.Integer);
        long codes = column.CountOf(ValueClass.Code);
        if (integers == present)
            return (ColumnType.Integer, "every value is a whole number");
        if (integers + column.CountOf(ValueClass.Number) == present)
            return (ColumnType.Number, "every value is a number");
        if (column.CountOf(ValueClass.Boolean) == present)
            return (ColumnType.Boolean, "every value is true or false");
        if (column.CountOf(ValueClass.DateTime) == present)
            return (ColumnType.DateTime, "every value is a date or a time");
        if (codes > 0 && codes + integers == present)
            return (ColumnType.Category, "digits with leading zeros or more than a number holds exactly: a code, not a quantity");
        if (column.Lengths.Mean > LongText && DataProfile.EstimateDistinct(column) * 2 > present)
            return (ColumnType.Text, "long values, mostly different");
        return (ColumnType.Category, "values are names");
    }
}
