namespace MlServerless.Data;

/// <summary>Whether the label can be learned.</summary>
internal static class LabelChecks
{
    private const long MostClasses = 1000;

    internal static void Check(PartScan scan, DataSchema schema, CheckContext context, Findings findings)
    {
        if (context.Label is not { } label || scan.Columns.FirstOrDefault(column => column.Name == label) is not { } column)
            return;
        long labelled = column.Present(scan.KeptRows);
        CheckLabelled(column, scan, labelled, context, findings);
        if (labelled == 0)
            return;
        if (context.Classification)
            CheckClasses(column, context, findings);
        else
            CheckQuantity(column, schema.Find(label)!.Type, findings);
    }

    private static void CheckLabelled(ColumnScan column, PartScan scan, long labelled, CheckContext context, Findings findings)
    {
        long unlabelled = scan.KeptRows - labelled;
        if (unlabelled == 0)
            return;
        bool tooFew = labelled < context.MinimumRows && scan.KeptRows >= context.MinimumRows;
        findings.Add(
            FindingCodes.UnlabelledRows,
            tooFew || labelled == 0 ? Severity.Blocking : Severity.Warning,
            column.Name,
            $"{Findings.Rows(unlabelled)} ({Findings.Percent(unlabelled, scan.KeptRows)}) have no label '{column.Name}' and are not trained on"
                + (tooFew ? $"; of the {labelled} others {context.MinimumRows} are needed." : ".")
                + " Fill the label, or upload only rows that have one.",
            column.Missing.Count > 0 ? column.Missing : column.NonFinite,
            tooFew ? $"at least {context.MinimumRows} labelled rows" : "a label in every row",
            Findings.Rows(labelled) + " labelled",
            unlabelled,
            Findings.Ratio(unlabelled, scan.KeptRows));
    }

    private static void CheckClasses(ColumnScan column, CheckContext context, Findings findings)
    {
        long classes = DataProfile.EstimateDistinct(column);
        string observed = string.Join(", ", column.Values.Sample.ToList().OrderByDescending(value => value.Count).Take(5).Select(value => $"'{value.Value}' ({value.Count})"));
        if (classes == 1)
        {
            findings.Add(
                FindingCodes.SingleClass,
                Severity.Blocking,
                column.Name,
                $"The label '{column.Name}' has only one class, so there is nothing to tell apart. Upload rows of the other class too.",
                "at least 2 classes",
                observed);
            return;
        }

        long most = context.MaximumClasses ?? MostClasses;
        if (classes > most)
            findings.Add(
                FindingCodes.UnsuitableLabel,
                Severity.Blocking,
                column.Name,
                context.MaximumClasses is null
                    ? $"The label '{column.Name}' has {classes} classes; up to {most} can be told apart. Is it a quantity (task regression) or an identifier?"
                    : $"The label '{column.Name}' has {classes} classes, but the task tells {most} apart. Correct stray spellings of a class, or choose the task multiclass.",
                $"at most {most} classes",
                observed,
                classes);
        if (context.PositiveClass is { } positive && column.Values.Summary is null && column.Values.Sample.ToList().All(value => value.Value != positive))
            findings.Add(
                FindingCodes.UnsuitableLabel,
                Severity.Blocking,
                column.Name,
                $"No row has the positive class '{positive}' as its label '{column.Name}'. Name one of the classes that occur as 'positiveClass'.",
                $"'{positive}'",
                observed);
    }

    private static void CheckQuantity(ColumnScan column, ColumnType type, Findings findings)
    {
        if (type is not (ColumnType.Integer or ColumnType.Number))
        {
            findings.Add(
                FindingCodes.UnsuitableLabel,
                Severity.Blocking,
                column.Name,
                $"The label '{column.Name}' of a regression must be numbers. Declare it as number to keep rows with other values out, correct the values, or choose a classification task.",
                "number",
                column.Classes[(int)ValueClass.Other].Observed ?? type.ToString());
            return;
        }

        if (column.Numbers.Count > 0 && column.Numbers.Min == column.Numbers.Max)
            findings.Add(
                FindingCodes.ConstantColumn,
                Severity.Blocking,
                column.Name,
                $"The label '{column.Name}' has the same value in every row, so there is nothing to predict. Upload rows with other values too.",
                "different values",
                Findings.Text(column.Numbers.Min));
    }
}
