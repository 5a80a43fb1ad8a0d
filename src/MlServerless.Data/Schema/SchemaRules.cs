using System.Globalization;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>What a schema may not say.</summary>
internal static class SchemaRules
{
    /// <exception cref="JsonException">The schema contradicts itself.</exception>
    internal static void Check(DataSchema schema)
    {
        if (schema.Columns is null)
            throw new JsonException("columns: a list of columns is expected, not null.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < schema.Columns.Count; i++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"columns[{i}]");
            ColumnSchema column = schema.Columns[i] ?? throw new JsonException($"{path}: a column is expected, not null.");
            if (string.IsNullOrEmpty(column.Name))
                throw new JsonException($"{path}.name: give the column its name in the header of the file.");
            if (!names.Add(column.Name))
                throw new JsonException($"{path}.name: '{column.Name}' is named twice; leave one out.");
            CheckColumn(path, column);
        }
    }

    private static void CheckColumn(string path, ColumnSchema column)
    {
        if (column.MaxMissingFraction is { } fraction && fraction is not (>= 0 and <= 1))
            throw new JsonException($"{path}.maxMissingFraction: a fraction from 0 to 1 is expected.");
        if ((column.Min ?? column.Max) is not null && !column.Type.IsNumeric())
            throw new JsonException($"{path}: min and max are for integer, number, boolean and dateTime columns; remove them or change the type.");
        if (column.Min > column.Max)
            throw new JsonException($"{path}: min is greater than max.");
        if (column.Values is null)
            return;
        if (!column.Type.IsCategorical())
            throw new JsonException($"{path}.values: a closed domain is for category columns; remove it or change the type.");
        if (column.Values.Count == 0)
            throw new JsonException($"{path}.values: name at least one value, or leave the member out for an open domain.");
        if (column.Values.Any(value => value is null) || column.Values.Distinct(StringComparer.Ordinal).Count() != column.Values.Count)
            throw new JsonException($"{path}.values: every value must be a string of its own.");
    }
}
