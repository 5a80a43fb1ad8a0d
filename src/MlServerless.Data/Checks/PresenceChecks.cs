namespace MlServerless.Data;

/// <summary>Columns that must be there and are not.</summary>
internal static class PresenceChecks
{
    internal static void Check(PartScan scan, DataSchema schema, CheckContext context, Findings findings)
    {
        var present = scan.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        if (context.Label is { } label && !present.Contains(label))
            Report(FindingCodes.MissingLabel, label, "the label");
        foreach (string key in context.Key.Where(name => !present.Contains(name)))
            Report(FindingCodes.MissingKey, key, "part of the key");
        foreach (string feature in context.Features.Where(name => !present.Contains(name)))
            Report(FindingCodes.MissingFeature, feature, "a feature");
        foreach (ColumnSchema column in schema.Columns)
        {
            bool told = column.Name == context.Label || context.Key.Contains(column.Name) || context.Features.Contains(column.Name);
            if (column.Required && !told && !present.Contains(column.Name))
                Report(FindingCodes.MissingColumn, column.Name, "a required column", SpecEdits.Column(column, ("required", false)));
            if (column.ForbiddenIn is not null && present.Contains(column.Name))
                findings.Add(
                    FindingCodes.ForbiddenColumn,
                    Severity.Blocking,
                    column.Name,
                    $"The file has the column '{column.Name}', which is forbidden in {context.Environment}. Leave it out of the file, or take '{context.Environment}' out of 'forbiddenIn' of the column.",
                    $"no column '{column.Name}'",
                    $"a column '{column.Name}'");
        }

        void Report(string code, string column, string role, System.Text.Json.Nodes.JsonObject? edit = null)
        {
            string hint = Similar(column, scan) is { } similar ? $" There is a column '{similar}': rename it if that is meant." : "";
            findings.Add(
                code,
                Severity.Blocking,
                column,
                $"The file has no column '{column}', which is {role} of the pipeline.{hint} Add the column to the file, or change the pipeline.",
                $"a column '{column}'",
                Findings.Text(scan.Columns.Count) + " other columns",
                edit: edit);
        }
    }

    /// <summary>A column that differs only in letter case, spaces or punctuation.</summary>
    private static string? Similar(string name, PartScan scan)
    {
        string wanted = Bare(name);
        return scan.Columns.Select(column => column.Name).FirstOrDefault(other => Bare(other) == wanted);
    }

    private static string Bare(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
