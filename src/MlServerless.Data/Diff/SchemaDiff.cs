using System.Globalization;

namespace MlServerless.Data;

/// <summary>Compares two schemas, column by column. Why inference chose a type is not compared, nor is the order of columns.</summary>
public static class SchemaDiff
{
    /// <returns>Columns that are gone first, in the order before; then what is new or changed, in the order after.</returns>
    public static IReadOnlyList<SchemaChange> Compare(DataSchema before, DataSchema after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        Dictionary<string, ColumnSchema> then = before.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        HashSet<string> now = after.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. before.Columns.Where(column => !now.Contains(column.Name)).Select(column => new SchemaChange(column.Name, "column", Name(column.Type), null)),
            .. after.Columns.SelectMany(column => then.TryGetValue(column.Name, out ColumnSchema? earlier) ? Changes(earlier, column) : [new SchemaChange(column.Name, "column", null, Name(column.Type))]),
        ];
    }

    private static IEnumerable<SchemaChange> Changes(ColumnSchema before, ColumnSchema after)
    {
        (string Member, string? Before, string? After)[] members =
        [
            ("type", Name(before.Type), Name(after.Type)),
            ("required", before.Required ? "true" : "false", after.Required ? "true" : "false"),
            ("maxMissingFraction", Text(before.MaxMissingFraction), Text(after.MaxMissingFraction)),
            ("min", Text(before.Min), Text(after.Min)),
            ("max", Text(before.Max), Text(after.Max)),
        ];
        return members.Where(member => member.Before != member.After).Select(member => new SchemaChange(after.Name, member.Member, member.Before, member.After)).Concat(Domain(before, after));
    }

    /// <summary>Only the values that differ are named, where both domains are closed.</summary>
    private static IEnumerable<SchemaChange> Domain(ColumnSchema before, ColumnSchema after)
    {
        if (before.Values is null && after.Values is null)
            yield break;
        if (before.Values is null || after.Values is null)
        {
            yield return new SchemaChange(after.Name, "values", List(before.Values), List(after.Values));
            yield break;
        }

        string[] gone = [.. before.Values.Except(after.Values, StringComparer.Ordinal)];
        string[] added = [.. after.Values.Except(before.Values, StringComparer.Ordinal)];
        if (gone.Length + added.Length > 0)
            yield return new SchemaChange(after.Name, "values", gone.Length == 0 ? null : List(gone), added.Length == 0 ? null : List(added));
    }

    private static string? List(IReadOnlyList<string>? values) => values is null ? null : string.Join(", ", values.Take(20)) + (values.Count > 20 ? string.Create(CultureInfo.InvariantCulture, $" and {values.Count - 20} more") : "");

    private static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    private static string Name(ColumnType type) => type == ColumnType.DateTime ? "dateTime" : type.ToString().ToLowerInvariant();
}
