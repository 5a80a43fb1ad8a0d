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
        CheckBounds(path, column);
        CheckEnvironments(path, column);
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

    private static void CheckBounds(string path, ColumnSchema column)
    {
        if (column.MinDistinct < 0 || column.MaxDistinct < 1)
            throw new JsonException($"{path}: minDistinct is at least 0, maxDistinct at least 1.");
        if (column.MinDistinct > column.MaxDistinct)
            throw new JsonException($"{path}: minDistinct is greater than maxDistinct.");
        if (column.ToleratedFraction is { } tolerated && tolerated is not (>= 0 and <= 1))
            throw new JsonException($"{path}.toleratedFraction: a fraction from 0 to 1 is expected.");
        if (column.MaxNewFraction is { } added && added is not (>= 0 and <= 1))
            throw new JsonException($"{path}.maxNewFraction: a fraction from 0 to 1 is expected.");
        if (column.MaxPsi is { } psi && !(psi > 0))
            throw new JsonException($"{path}.maxPsi: a number above 0 is expected.");
    }

    private static void CheckEnvironments(string path, ColumnSchema column)
    {
        foreach ((string member, IReadOnlyList<string>? environments) in (ReadOnlySpan<(string, IReadOnlyList<string>?)>)[("requiredIn", column.RequiredIn), ("forbiddenIn", column.ForbiddenIn)])
        {
            if (environments?.FirstOrDefault(name => !SchemaEnvironments.All.Contains(name, StringComparer.Ordinal)) is { } unknown)
                throw new JsonException($"{path}.{member}: '{unknown}' is no environment; write {string.Join(" or ", SchemaEnvironments.All)}.");
        }

        if (column.RequiredIn?.FirstOrDefault(name => column.ForbiddenIn?.Contains(name, StringComparer.Ordinal) ?? false) is { } both)
            throw new JsonException($"{path}: the column is required and forbidden in '{both}'; take it out of one of the lists.");
    }
}
