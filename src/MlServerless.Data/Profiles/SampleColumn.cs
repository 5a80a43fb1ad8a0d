namespace MlServerless.Data;

/// <summary>The values of one column in a sample of rows: numbers, or codes of categories.</summary>
/// <param name="Numbers">NaN where the value is missing; null for categories.</param>
/// <param name="Codes">-1 where the value is missing; null for numbers.</param>
/// <param name="Categories">How many categories there are.</param>
internal sealed record SampleColumn(double[]? Numbers, int[]? Codes, int Categories)
{
    /// <summary>The columns of the sampled rows that have cells, in one order of rows.</summary>
    internal static IReadOnlyDictionary<string, SampleColumn> Of(IReadOnlyList<SampledRow> rows, DataSchema schema)
    {
        var types = schema.Columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var columns = new Dictionary<string, SampleColumnBuilder>(StringComparer.Ordinal);
        for (int i = 0; i < rows.Count; i++)
        {
            int position = 0;
            while (rows[i].Cells.TryNext(ref position, out string name, out ReadOnlySpan<byte> utf8))
            {
                if (!columns.TryGetValue(name, out SampleColumnBuilder? column))
                    columns.Add(name, column = new SampleColumnBuilder(types.GetValueOrDefault(name, ColumnType.Ignored), rows.Count));
                column.Set(i, utf8);
            }
        }

        return columns.Where(column => !column.Value.IsIgnored).ToDictionary(column => column.Key, column => column.Value.Build(), StringComparer.Ordinal);
    }
}
