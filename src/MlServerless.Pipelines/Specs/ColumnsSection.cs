using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>columns</c>.</summary>
internal static class ColumnsSection
{
    private const long MostValues = 9_007_199_254_740_991;

    public static Dictionary<string, ColumnSchema> Read(SpecReader reader)
    {
        var columns = new Dictionary<string, ColumnSchema>(StringComparer.Ordinal);
        foreach ((string name, _) in reader.Fields())
        {
            SpecReader column = reader.Object(name);
            columns[name] = ReadColumn(name, column);
            column.RefuseUnknown();
        }

        return columns;
    }

    private static ColumnSchema ReadColumn(string name, SpecReader column)
    {
        ColumnType type = ReadType(column);
        double? min = column.Number("min", double.NegativeInfinity, double.PositiveInfinity);
        double? max = column.Number("max", double.NegativeInfinity, double.PositiveInfinity);
        IReadOnlyList<string>? values = column.Strings("values");
        if (min > max)
            column.Fail("max", "is below min: no value can pass.");
        if ((min ?? max) is not null && type is not (ColumnType.Integer or ColumnType.Number))
            column.Fail(min is null ? "max" : "min", "limits go with type integer or number.");
        if (values is not null && type is not (ColumnType.Category or ColumnType.Boolean))
            column.Fail("values", "a closed list of values goes with type category.");
        if (values is { Count: 0 })
            column.Fail("values", "is empty: no value can pass. Leave it out to allow any.");
        long? minDistinct = column.Integer("minDistinct", 0, MostValues);
        long? maxDistinct = column.Integer("maxDistinct", 1, MostValues);
        if (minDistinct > maxDistinct)
            column.Fail("maxDistinct", "is below minDistinct: no column can pass.");
        return new ColumnSchema
        {
            Name = name,
            Type = type,
            Required = column.Boolean("required") ?? true,
            MaxMissingFraction = column.Number("maxMissingFraction", 0, 1),
            Min = min,
            Max = max,
            Values = values,
            MinDistinct = minDistinct,
            MaxDistinct = maxDistinct,
            ToleratedFraction = column.Number("toleratedFraction", 0, 1),
            MaxPsi = column.Number("maxPsi", 0.001, 1000),
            MaxNewFraction = column.Number("maxNewFraction", 0, 1),
            RequiredIn = ReadEnvironments(column, "requiredIn"),
            ForbiddenIn = ReadForbidden(column),
        };
    }

    private static ColumnType ReadType(SpecReader column)
    {
        string typeName = column.RequiredString("type", "one of integer, number, boolean, category, text, dateTime, ignored");
        ColumnType type = ColumnType.Category;
        if (typeName.Length > 0 && (!Enum.TryParse(typeName, ignoreCase: true, out type) || !string.Equals(JsonNamingPolicy.CamelCase.ConvertName(type.ToString()), typeName, StringComparison.Ordinal)))
            column.Fail("type", $"'{typeName}' is none of integer, number, boolean, category, text, dateTime, ignored.");
        return type;
    }

    private static IReadOnlyList<string>? ReadForbidden(SpecReader column)
    {
        IReadOnlyList<string>? forbidden = ReadEnvironments(column, "forbiddenIn");
        if (forbidden?.FirstOrDefault(name => column.Strings("requiredIn")?.Contains(name, StringComparer.Ordinal) ?? false) is { } both)
            column.Fail("forbiddenIn", $"names '{both}', which requiredIn names, too: take it out of one of them.");
        return forbidden;
    }

    private static IReadOnlyList<string>? ReadEnvironments(SpecReader column, string field)
    {
        IReadOnlyList<string>? names = column.Strings(field, 16);
        if (names?.FirstOrDefault(name => !SchemaEnvironments.All.Contains(name, StringComparer.Ordinal)) is not { } unknown)
            return names;
        column.Fail(field, $"'{unknown}' is no environment: write {string.Join(" or ", SchemaEnvironments.All.Select(name => $"\"{name}\""))}.");
        return null;
    }
}
