namespace MlServerless.Data;

/// <summary>Whether there is something to predict from.</summary>
internal static class FeatureChecks
{
    private const double NearlyAllDifferent = 0.9;
    private const int EnoughToTell = 100;

    internal static void Check(PartScan scan, DataSchema schema, CheckContext context, Findings findings)
    {
        if (context.Label is null)
            return;
        int usable = 0;
        foreach (ColumnScan column in scan.Columns)
        {
            bool candidate = column.Name != context.Label && !context.Key.Contains(column.Name)
                && (context.Features.Count == 0 || context.Features.Contains(column.Name));
            if (!candidate || schema.Find(column.Name) is not { Type: not ColumnType.Ignored } expected)
                continue;
            long present = column.Present(scan.KeptRows);
            if (present == 0)
                continue;
            if (IsConstant(column, present, scan.KeptRows))
            {
                findings.Add(
                    FindingCodes.ConstantColumn,
                    Severity.Warning,
                    column.Name,
                    $"'{column.Name}' has the same value in every row and tells nothing apart. Exclude it, or check why it does not change.",
                    "different values",
                    column.Values.Sample.ToList()[0].Value,
                    present,
                    1,
                    SpecEdits.Exclude(column.Name, context));
                continue;
            }

            usable++;
            if (IsIdentifier(column, expected.Type, present))
                findings.Add(
                    FindingCodes.IdentifierLike,
                    Severity.Warning,
                    column.Name,
                    $"'{column.Name}' is different in nearly every row, like an identifier: a model can only learn it by heart. Name it as the key, or exclude it from the features.",
                    "values that come back",
                    $"{DataProfile.EstimateDistinct(column)} different values in {Findings.Rows(present)}",
                    DataProfile.EstimateDistinct(column),
                    Math.Min(1, DataProfile.EstimateDistinct(column) / (double)present),
                    SpecEdits.Exclude(column.Name, context));
        }

        if (usable == 0)
            findings.Add(
                FindingCodes.NoUsableFeatures,
                Severity.Blocking,
                null,
                "No column is left to predict from: all are the label, keys, excluded, ignored, without values or constant. Add columns to the file, or change 'features' of the pipeline.",
                "at least 1 feature",
                "0 features",
                0);
    }

    private static bool IsConstant(ColumnScan column, long present, long rows) =>
        present == rows && column.Values.Summary is null && column.Values.Sample.Count == 1;

    /// <summary>Names that hardly come back, or whole numbers that count the rows.</summary>
    private static bool IsIdentifier(ColumnScan column, ColumnType type, long present)
    {
        if (present < EnoughToTell || DataProfile.EstimateDistinct(column) < NearlyAllDifferent * present)
            return false;
        return type == ColumnType.Category
            || (type == ColumnType.Integer && column.Numbers.Max - column.Numbers.Min < present / NearlyAllDifferent);
    }
}
