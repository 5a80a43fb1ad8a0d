using System.Globalization;
using System.Text.Json.Nodes;

namespace MlServerless.Data;

/// <summary>The values of one column against what is expected of them.</summary>
internal static class ColumnChecks
{
    /// <summary>When at least this part of the values is of one type, the others look like mistakes.</summary>
    private const double AlmostAll = 0.9;

    internal static void Check(ColumnScan column, ColumnSchema expected, PartScan scan, CheckContext context, Findings findings)
    {
        CheckType(column, expected, scan, context, findings);
        CheckDomain(column, expected, scan, context, findings);
        CheckRange(column, expected, scan, context, findings);
        CheckMissing(column, expected, scan, findings);
        CheckDistinct(column, expected, scan, findings);
        if (column.NonFinite.Count > 0 && expected.Type.IsNumeric())
            findings.Add(
                FindingCodes.NonFinite,
                Severity.Warning,
                column.Name,
                $"{Findings.Rows(column.NonFinite.Count)} ({Findings.Percent(column.NonFinite.Count, scan.KeptRows)}) hold an infinite number, or one too large to be held, in '{column.Name}'; they are treated as missing. Mend the division or overflow where the data come from.",
                column.NonFinite,
                "finite numbers",
                fraction: Findings.Ratio(column.NonFinite.Count, scan.KeptRows));
    }

    private static void CheckType(ColumnScan column, ColumnSchema expected, PartScan scan, CheckContext context, Findings findings)
    {
        Tally unexpected = column.Unexpected;
        if (unexpected.Count > 0)
        {
            Severity severity = scan.RejectedRows > context.ToleratedFraction * scan.RowCount ? Severity.Blocking : Severity.Warning;
            findings.Add(
                FindingCodes.UnexpectedType,
                severity,
                column.Name,
                $"{Findings.Rows(unexpected.Count)} ({Findings.Percent(unexpected.Count, scan.RowCount)}) hold something else than {Name(expected.Type)} in '{column.Name}' and are kept out. Correct the values, leave them empty if they are unknown, or declare another type.",
                unexpected,
                Name(expected.Type),
                fraction: Findings.Ratio(unexpected.Count, scan.RowCount),
                edit: SpecEdits.Column(expected with { Type = ColumnType.Category }));
        }

        if (column.Declared is null && expected.Type.IsCategorical())
            CheckMixture(column, expected, scan, findings);
    }

    /// <summary>An inferred category that is numbers or dates but for a few values.</summary>
    private static void CheckMixture(ColumnScan column, ColumnSchema expected, PartScan scan, Findings findings)
    {
        long present = column.Present(scan.KeptRows);
        long numbers = column.CountOf(ValueClass.Integer) + column.CountOf(ValueClass.Number);
        (ColumnType likely, long fitting) = new[]
        {
            (ColumnType.Number, numbers),
            (ColumnType.DateTime, column.CountOf(ValueClass.DateTime)),
            (ColumnType.Boolean, column.CountOf(ValueClass.Boolean)),
        }.MaxBy(candidate => candidate.Item2);
        if (fitting < AlmostAll * present || fitting == present)
            return;
        Tally other = column.Classes[(int)ValueClass.Other].Count > 0
            ? column.Classes[(int)ValueClass.Other]
            : column.Classes.Where((tally, i) => tally.Count > 0 && !Fits((ValueClass)i, likely)).FirstOrDefault() ?? new Tally();
        if (other.Count == 0 || column.CountOf(ValueClass.Code) == present - fitting)
            return;
        string type = Name(likely);
        findings.Add(
            FindingCodes.MixedTypes,
            Severity.Warning,
            column.Name,
            $"'{column.Name}' is taken as {Name(expected.Type)} because {present - fitting} of {present} values are not {type}. Declare the column as {type} to keep those rows out, correct or empty the values, or declare it as {Name(expected.Type)} if that is right.",
            other,
            type,
            fraction: Findings.Ratio(present - fitting, present),
            edit: SpecEdits.Column(expected with { Type = likely }));
    }

    private static bool Fits(ValueClass valueClass, ColumnType type) => type switch
    {
        ColumnType.Number => valueClass is ValueClass.Integer or ValueClass.Number,
        ColumnType.DateTime => valueClass is ValueClass.DateTime,
        _ => valueClass is ValueClass.Boolean,
    };

    private static void CheckDomain(ColumnScan column, ColumnSchema expected, PartScan scan, CheckContext context, Findings findings)
    {
        if (column.OutsideDomain.Count == 0 || expected.Values is null)
            return;
        long present = column.Present(scan.KeptRows);
        bool blocks = column.OutsideDomain.Count > (expected.ToleratedFraction ?? context.ToleratedFraction) * present || (context.Classification && column.Name == context.Label);
        ValueCount[] outside = [.. column.Values.Sample.ToList().Where(value => !expected.Values.Contains(value.Value)).OrderByDescending(value => value.Count)];
        string examples = string.Join(", ", outside
            .Take(5)
            .Select(value => $"'{value.Value}'"));
        findings.Add(
            FindingCodes.UnexpectedValue,
            blocks ? Severity.Blocking : Severity.Warning,
            column.Name,
            $"{Findings.Rows(column.OutsideDomain.Count)} ({Findings.Percent(column.OutsideDomain.Count, present)}) hold a value of '{column.Name}' that is not among the declared ones. Correct the values, or add them to 'values' of the column.",
            column.OutsideDomain,
            Shorten(string.Join(", ", expected.Values.Select(value => $"'{value}'"))),
            examples.Length > 0 ? Shorten(examples) : null,
            fraction: Findings.Ratio(column.OutsideDomain.Count, present),
            edit: column.Values.Summary is null ? SpecEdits.Values(expected, outside.Select(value => value.Value)) : null);
    }

    private static void CheckRange(ColumnScan column, ColumnSchema expected, PartScan scan, CheckContext context, Findings findings)
    {
        if (column.OutOfRange.Count == 0)
            return;
        long present = column.Present(scan.KeptRows);
        string range = (expected.Min, expected.Max) switch
        {
            ({ } min, { } max) => $"{Value(min, expected.Type)} to {Value(max, expected.Type)}",
            ({ } min, null) => $"at least {Value(min, expected.Type)}",
            (null, { } max) => $"at most {Value(max, expected.Type)}",
            _ => "",
        };
        findings.Add(
            FindingCodes.OutOfRange,
            column.OutOfRange.Count > (expected.ToleratedFraction ?? context.ToleratedFraction) * present ? Severity.Blocking : Severity.Warning,
            column.Name,
            $"{Findings.Rows(column.OutOfRange.Count)} ({Findings.Percent(column.OutOfRange.Count, present)}) hold a value of '{column.Name}' outside its range. Correct the values, or widen 'min' and 'max' of the column.",
            column.OutOfRange,
            range,
            $"{Value(column.Numbers.Min, expected.Type)} to {Value(column.Numbers.Max, expected.Type)}",
            fraction: Findings.Ratio(column.OutOfRange.Count, present),
            edit: Widened(column, expected));
    }

    private static void CheckMissing(ColumnScan column, ColumnSchema expected, PartScan scan, Findings findings)
    {
        long missing = column.MissingValues + column.NonFinite.Count;
        if (expected.MaxMissingFraction is { } tolerated && missing > tolerated * scan.KeptRows)
        {
            findings.Add(
                FindingCodes.TooManyMissing,
                Severity.Blocking,
                column.Name,
                $"'{column.Name}' has no value in {Findings.Rows(missing)} ({Findings.Percent(missing, scan.KeptRows)}). Fill the values where the data come from, or raise 'maxMissingFraction' of the column.",
                column.Missing,
                $"at most {Findings.Percent(tolerated)} missing",
                Findings.Percent(missing, scan.KeptRows),
                missing,
                Findings.Ratio(missing, scan.KeptRows),
                SpecEdits.Column(expected, ("maxMissingFraction", Math.Min(1, Math.Ceiling(missing * 100.0 / scan.KeptRows) / 100))));
            return;
        }

        bool declaredIgnored = column.Declared == ColumnType.Ignored;
        if (missing == scan.KeptRows && !declaredIgnored)
            findings.Add(
                FindingCodes.AllMissing,
                Severity.Warning,
                column.Name,
                $"'{column.Name}' has no value in any row and is not used. Fill it, or leave it out of the file.",
                column.Missing.Count > 0 ? column.Missing : column.NonFinite,
                "values",
                "none",
                missing,
                Findings.Ratio(missing, scan.KeptRows),
                SpecEdits.Column(expected with { Type = ColumnType.Ignored }));
    }

    private static void CheckDistinct(ColumnScan column, ColumnSchema expected, PartScan scan, Findings findings)
    {
        if (column.Present(scan.KeptRows) == 0)
            return;
        long distinct = DataProfile.EstimateDistinct(column);

        // Three standard errors of the estimate are given the benefit of the doubt.
        double doubt = column.Values.Summary is null ? 0 : 0.05;
        if (expected.MinDistinct is { } least && distinct * (1 + doubt) < least)
            findings.Add(
                FindingCodes.TooFewDistinct,
                Severity.Warning,
                column.Name,
                $"'{column.Name}' has {distinct} different {(distinct == 1 ? "value" : "values")}; {least} are expected at least. Check that the export is complete, or lower 'minDistinct' of the column.",
                $"at least {least} different values",
                Findings.Text(distinct),
                distinct,
                edit: SpecEdits.Column(expected, ("minDistinct", distinct)));
        if (expected.MaxDistinct is { } most && distinct * (1 - doubt) > most)
            findings.Add(
                FindingCodes.TooManyDistinct,
                Severity.Warning,
                column.Name,
                $"'{column.Name}' has {distinct} different values; {most} are expected at most. Correct misspelt values, or raise 'maxDistinct' of the column.",
                $"at most {most} different values",
                Findings.Text(distinct),
                distinct,
                edit: SpecEdits.Column(expected, ("maxDistinct", distinct)));
    }

    /// <summary>Limits as they would have to be; a spec has limits of numbers only.</summary>
    private static JsonObject? Widened(ColumnScan column, ColumnSchema expected)
    {
        if (expected.Type is not (ColumnType.Integer or ColumnType.Number))
            return null;
        (string, JsonNode?)[] limits =
        [
            .. expected.Min is { } min ? [("min", (JsonNode?)Math.Min(min, column.Numbers.Min))] : Array.Empty<(string, JsonNode?)>(),
            .. expected.Max is { } max ? [("max", (JsonNode?)Math.Max(max, column.Numbers.Max))] : Array.Empty<(string, JsonNode?)>(),
        ];
        return SpecEdits.Column(expected, limits);
    }

    private static string Value(double value, ColumnType type) =>
        type == ColumnType.DateTime && Math.Abs(value) < 60e9
            ? DateTime.UnixEpoch.AddSeconds(value).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : Findings.Text(value);

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private static string Name(ColumnType type) => type switch
    {
        ColumnType.Integer => "integer",
        ColumnType.Number => "number",
        ColumnType.Boolean => "boolean",
        ColumnType.Category => "category",
        ColumnType.Text => "text",
        ColumnType.DateTime => "dateTime",
        _ => "ignored",
    };
}
