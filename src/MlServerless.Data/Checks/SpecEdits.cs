using System.Text.Json.Nodes;

namespace MlServerless.Data;

/// <summary>Merge patches of a pipeline's spec (RFC 7396) that accept the data as they are. A patch replaces lists as a whole, so they are given whole.</summary>
internal static class SpecEdits
{
    private const int MostValues = 1000;

    /// <summary>Declares something about a column; its type is given with it, for a column of a spec has one.</summary>
    internal static JsonObject Column(ColumnSchema column, params ReadOnlySpan<(string Member, JsonNode? Value)> members)
    {
        var declared = new JsonObject { ["type"] = TypeName(column.Type) };
        foreach ((string member, JsonNode? value) in members)
            declared[member] = value;
        return new JsonObject { ["columns"] = new JsonObject { [column.Name] = declared } };
    }

    /// <summary>Adds values to a closed domain; null where there would be too many to be read by somebody.</summary>
    internal static JsonObject? Values(ColumnSchema column, IEnumerable<string> added)
    {
        string[] values = [.. (column.Values ?? []).Concat(added.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)];
        return values.Length > MostValues ? null : Column(column, ("values", List(values)));
    }

    internal static JsonObject Exclude(string column, CheckContext context) =>
        new() { ["features"] = new JsonObject { ["exclude"] = List([.. context.Excluded.Append(column).Distinct(StringComparer.Ordinal)]) } };

    internal static string TypeName(ColumnType type) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(type.ToString());

    private static JsonArray List(IReadOnlyList<string> values) => [.. values.Select(value => (JsonNode?)JsonValue.Create(value))];
}
