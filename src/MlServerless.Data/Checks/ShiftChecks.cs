namespace MlServerless.Data;

/// <summary>How the values are distributed, compared with the version before. Effect size and significance are asked for, as for drift.</summary>
internal static class ShiftChecks
{
    private const int MostNamed = 10;

    internal static void Check(TableSketch now, TableSketch before, DataSchema schema, CheckContext context, Findings findings)
    {
        // Keys name what rows are about, and other rows have others; times go on, and would differ in every version.
        TableSketch reference = before.Where(column => column.Type != ColumnType.DateTime && now.Find(column.Name)?.Type == column.Type && !context.Key.Contains(column.Name));
        if (reference.Columns.Count == 0)
            return;
        foreach (FeatureDrift feature in DriftCalculator.Compare(reference, now, context.Shift).Features)
        {
            ColumnSchema column = schema.Find(feature.Name)!;
            bool shifted = column.MaxPsi is { } most
                ? feature.Verdict != DriftVerdicts.InsufficientData && feature.Psi > most && feature.PValue < context.Shift.Significance
                : feature.Drifted;
            if (shifted)
                findings.Add(
                    FindingCodes.DistributionShift,
                    Severity.Warning,
                    feature.Name,
                    $"'{feature.Name}' is distributed otherwise than in the version before: {feature.Reason}. Check whether the source changed; a model learns what is here, and the champion learned what was before.",
                    $"PSI below {Findings.Text(column.MaxPsi ?? context.Shift.Psi)}",
                    $"PSI {feature.Psi.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)}",
                    now[feature.Name].Rows,
                    edit: SpecEdits.Column(column, ("maxPsi", Math.Ceiling((feature.Psi + 0.01) * 100) / 100)));
        }

        foreach (ColumnSketch column in reference.Columns.Where(column => column.Type == ColumnType.Category))
            CheckCategories(now[column.Name], column, schema.Find(column.Name)!, context, findings);
    }

    private static void CheckCategories(ColumnSketch now, ColumnSketch before, ColumnSchema schema, CheckContext context, Findings findings)
    {
        // Of a sample nobody knows whether the rest lacks a value.
        if (now.Categories.Summary is not null || before.Categories.Summary is not null)
            return;
        List<ValueCount> current = now.Categories.Sample.ToList();
        List<ValueCount> former = before.Categories.Sample.ToList();
        HashSet<string> known = [.. former.Select(value => value.Value)];
        ValueCount[] added = [.. current.Where(value => !known.Contains(value.Value)).OrderByDescending(value => value.Count)];
        long unknown = added.Sum(value => value.Count);
        if (added.Length > 0 && unknown >= (schema.MaxNewFraction ?? 0) * now.Rows)
            findings.Add(
                FindingCodes.NewCategories,
                Severity.Warning,
                now.Name,
                $"'{now.Name}' has {Values(added.Length)} that the version before lacks: {List(added)}. Check the spelling; if they are right, add them to the column's 'values' where it has a closed domain.",
                $"the {former.Count} values of the version before",
                List(added),
                unknown,
                Findings.Ratio(unknown, now.Rows),
                SpecEdits.Values(schema, former.Concat(added).Select(value => value.Value)));
        HashSet<string> here = [.. current.Select(value => value.Value)];

        // A rare value may be missing by chance.
        ValueCount[] lost = [.. former.Where(value => !here.Contains(value.Value) && value.Count >= context.Shift.UnseenRate * before.Rows).OrderByDescending(value => value.Count)];
        if (lost.Length > 0 && now.Rows >= context.Shift.MinimumRows)
            findings.Add(
                FindingCodes.LostCategories,
                Severity.Warning,
                now.Name,
                $"'{now.Name}' no longer has {Values(lost.Length)} of the version before: {List(lost)}. Check whether rows are left out, or the value was renamed.",
                List(lost),
                "none of them",
                lost.Length,
                Findings.Ratio(lost.Sum(value => value.Count), before.Rows));
    }

    private static string Values(int count) => count == 1 ? "a value" : $"{Findings.Text(count)} values";

    private static string List(ValueCount[] values)
    {
        string named = string.Join(", ", values.Take(MostNamed).Select(value => $"'{value.Value}' ({Findings.Text(value.Count)})"));
        return values.Length > MostNamed ? $"{named} and {Findings.Text(values.Length - MostNamed)} more" : named;
    }
}
