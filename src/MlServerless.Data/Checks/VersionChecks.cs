namespace MlServerless.Data;

/// <summary>What changed since the version before.</summary>
internal static class VersionChecks
{
    internal static void Check(PartScan scan, DataSchema schema, DataProfile previous, CheckContext context, Findings findings)
    {
        CheckRows(scan, previous, context, findings);
        foreach (ColumnProfile before in previous.Columns)
        {
            if (!scan.Columns.Any(column => column.Name == before.Name))
                findings.Add(
                    FindingCodes.LostColumn,
                    Severity.Warning,
                    before.Name,
                    $"The column '{before.Name}' of the version before is gone. Check whether it was renamed; if it is to go, declare nothing about it.",
                    expected: $"a column '{before.Name}'",
                    edit: schema.Find(before.Name) is { } declared ? SpecEdits.Column(declared, ("required", false)) : null);
            else if (schema.Find(before.Name) is { } now && now.Type != before.Type)
                findings.Add(
                    FindingCodes.ChangedType,
                    Severity.Warning,
                    before.Name,
                    $"'{before.Name}' looks like {now.Type} where the version before looked like {before.Type}. Declare its type to keep it the same.",
                    before.Type.ToString(),
                    now.Type.ToString(),
                    edit: SpecEdits.Column(now with { Type = before.Type }));
        }

        foreach (ColumnScan column in scan.Columns)
        {
            if (previous.Find(column.Name) is null)
                findings.Add(
                    FindingCodes.NewColumn,
                    Severity.Warning,
                    column.Name,
                    $"The column '{column.Name}' was not in the version before. Declare it, or exclude it from the features if it is not meant to be used.",
                    observed: $"a column '{column.Name}'",
                    edit: schema.Find(column.Name) is { Type: not ColumnType.Ignored } added ? SpecEdits.Column(added) : null);
        }
    }

    private static void CheckRows(PartScan scan, DataProfile previous, CheckContext context, Findings findings)
    {
        if (previous.Rows == 0 || scan.RowCount == 0)
            return;
        double ratio = scan.RowCount / (double)previous.Rows;
        if (ratio >= context.LeastRowRatio && ratio <= context.MostRowRatio)
            return;
        findings.Add(
            FindingCodes.RowCountChanged,
            Severity.Warning,
            null,
            $"The file has {Findings.Rows(scan.RowCount)}, the version before had {previous.Rows}. Check that the export is complete and not doubled.",
            $"{Findings.Text(context.LeastRowRatio)} to {Findings.Text(context.MostRowRatio)} times {previous.Rows} rows",
            Findings.Rows(scan.RowCount),
            scan.RowCount);
    }
}
