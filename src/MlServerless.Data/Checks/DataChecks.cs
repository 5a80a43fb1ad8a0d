namespace MlServerless.Data;

/// <summary>Checks a scanned data version and reports everything at once.</summary>
public static class DataChecks
{
    /// <param name="scan">The whole version.</param>
    /// <param name="schema">As <see cref="SchemaInference"/> made it from the same scan.</param>
    /// <param name="context">What the data are for.</param>
    public static CheckReport Check(PartScan scan, DataSchema schema, CheckContext context)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(context);
        var findings = new Findings(context.FormatFindings);

        // Without a header there are no columns to miss and no rows to count.
        if (scan.Columns.Count == 0 && context.FormatFindings.Any(finding => finding.Severity == Severity.Blocking))
            return new CheckReport { Rows = 0, RejectedRows = 0, Findings = findings.Sorted() };
        if (scan.HasTooManyColumns)
        {
            findings.Add(
                FindingCodes.TooManyColumns,
                Severity.Blocking,
                null,
                $"The rows have more than {DataFormat.MaxColumns} different members or columns. Write what varies from row to row as an array, or as values instead of names.",
                $"at most {DataFormat.MaxColumns}");
            return new CheckReport { Rows = 0, RejectedRows = 0, Findings = findings.Sorted() };
        }

        RowChecks.Check(scan, context, findings);
        PresenceChecks.Check(scan, schema.For(context.Environment), context, findings);
        if (scan.KeptRows > 0)
        {
            LabelChecks.Check(scan, schema, context, findings);
            foreach (ColumnScan column in scan.Columns)
            {
                if (schema.Find(column.Name) is { } expected)
                    ColumnChecks.Check(column, expected, scan, context, findings);
            }

            FeatureChecks.Check(scan, schema, context, findings);
            RuleChecks.Check(scan, context, findings);
            SampleChecks.Check(scan, schema, context, findings);
        }

        if (context.Previous is { } previous)
        {
            VersionChecks.Check(scan, schema, previous.Profile, context, findings);
            if (previous.Sketch is { } sketch && scan.KeptRows > 0)
                ShiftChecks.Check(TableSketch.Of(scan, schema), sketch, schema, context, findings);
        }

        return new CheckReport { Rows = scan.RowCount, RejectedRows = scan.RejectedRows, Findings = findings.Sorted() };
    }
}
