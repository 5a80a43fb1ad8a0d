namespace MlServerless.Data;

/// <summary>Rows that break a rule.</summary>
internal static class RuleChecks
{
    internal static void Check(PartScan scan, CheckContext context, Findings findings)
    {
        var present = scan.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (RowRule rule in context.Rules)
        {
            if (rule.Columns.FirstOrDefault(column => !present.Contains(column)) is { } absent)
                findings.Add(
                    FindingCodes.RowRule,
                    rule.Severity,
                    absent,
                    $"The rule '{rule.Name}' names the column '{absent}', which no row has. Correct the name in the rule, or add the column to the file.",
                    rule.Expression,
                    "no such column");
            if (scan.Rules?.Tallies.FirstOrDefault(tally => tally.Name == rule.Name) is not { Failed.Count: > 0 } tally
                || tally.Failed.Count <= rule.MaxFailingFraction * scan.KeptRows)
                continue;
            string allowed = rule.MaxFailingFraction > 0 ? $"; up to {Findings.Percent(rule.MaxFailingFraction)} may" : "";
            string unknown = tally.Unknown > 0 ? $" In {Findings.Rows(tally.Unknown)} it cannot be told, for values are missing." : "";
            findings.Add(
                FindingCodes.RowRule,
                rule.Severity,
                rule.Columns.Count == 1 ? rule.Columns[0] : null,
                $"{Findings.Rows(tally.Failed.Count)} ({Findings.Percent(tally.Failed.Count, scan.KeptRows)}) break{(tally.Failed.Count == 1 ? "s" : "")} the rule '{rule.Name}': {rule.Expression}{allowed}.{unknown} Correct the values where the data come from, or change the rule in 'checks.rules'.",
                tally.Failed,
                rule.Expression,
                fraction: Findings.Ratio(tally.Failed.Count, scan.KeptRows));
        }
    }
}
