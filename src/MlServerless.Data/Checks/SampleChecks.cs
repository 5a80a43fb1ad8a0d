namespace MlServerless.Data;

/// <summary>What a sample of rows tells: copies of rows, and features that give the label away.</summary>
internal static class SampleChecks
{
    private const double CombinationsPerRow = 100;

    internal static void Check(PartScan scan, DataSchema schema, CheckContext context, Findings findings)
    {
        if (scan.Sample is not { } sample)
            return;
        CheckDuplicates(scan, sample.WholeRows, context, findings);
        CheckSplit(sample, findings);
        if (context.Label is { } label && context.LeakScore < 1)
            CheckLeaks(sample, schema, label, context, findings);
    }

    private static void CheckDuplicates(PartScan scan, BottomRows rows, CheckContext context, Findings findings)
    {
        IReadOnlyList<SampledRow> sampled = rows.ToList();
        long copies = sampled.Sum(row => row.Count - 1);
        long seen = sampled.Sum(row => row.Count);
        if (copies == 0 || copies <= context.MaxDuplicateFraction * seen || (context.Key.Count == 0 && MayBeChance(scan)))
            return;
        bool exact = rows.Summary is null;
        long count = exact ? copies : (long)Math.Round(scan.KeptRows * (copies / (double)seen));
        findings.Add(
            FindingCodes.DuplicateRows,
            Severity.Warning,
            null,
            $"{(exact ? "" : "About ")}{Findings.Rows(count)} ({Findings.Percent(copies, seen)}) {(count == 1 ? "is a copy" : "are copies")} of other rows{(exact ? "" : ", estimated from a sample")}. Check that nothing is exported twice; copies weigh more in training, and in evaluation too.",
            Rows(sampled.Where(row => row.Second != 0).Select(row => row.Second)),
            $"at most {Findings.Percent(context.MaxDuplicateFraction)} copies",
            $"{Findings.Percent(copies, seen)} copies",
            count,
            Findings.Ratio(copies, seen));
    }

    /// <summary>Whether so few different rows are possible that some are the same by chance.</summary>
    private static bool MayBeChance(PartScan scan)
    {
        double possible = 1;
        foreach (ColumnScan column in scan.Columns)
            possible *= Math.Max(1, DataProfile.EstimateDistinct(column));
        return possible < CombinationsPerRow * scan.KeptRows;
    }

    private static void CheckSplit(RowSample sample, Findings findings)
    {
        if (sample.Copies is null)
            return;
        IReadOnlyList<SampledRow> rows = sample.Contents.ToList();
        SampledRow[] parted = [.. rows.Where(row => row.Places.Count(place => place != 0) > 1)];
        long concerned = parted.Sum(row => row.Count);
        long seen = rows.Sum(row => row.Count);
        if (concerned == 0 || concerned <= 0.01 * seen)
            return;
        findings.Add(
            FindingCodes.DuplicatesAcrossSplit,
            Severity.Warning,
            null,
            $"{Findings.Rows(concerned)}{(sample.Contents.Summary is null ? "" : " of a sample")} ({Findings.Percent(concerned, seen)}) are equal but for the key to rows in another part of the split: the hold-out holds answers that training has seen. Take the key from what the rows are really about, or remove the copies.",
            Rows(parted.SelectMany(row => row.Places.Where(place => place != 0).Order().Take(2))),
            "at most 1 % equal rows in different parts",
            $"{Findings.Percent(concerned, seen)} of the rows",
            concerned,
            Findings.Ratio(concerned, seen));
    }

    private static void CheckLeaks(RowSample sample, DataSchema schema, string label, CheckContext context, Findings findings)
    {
        SampledRow[] rows = [.. sample.Contents.ToList().Where(row => row.Cells.Count > 0)];
        IReadOnlyDictionary<string, SampleColumn> columns = SampleColumn.Of(rows, schema);
        if (!columns.TryGetValue(label, out SampleColumn? target))
            return;

        // By a bit of the hash: copies of a row are one row here, so none is on both sides.
        bool[] fitted = [.. rows.Select(row => (row.Hash & 1) == 0)];
        foreach (ColumnSchema column in schema.Columns)
        {
            bool isFeature = column.Name != label && !context.Key.Contains(column.Name) && (context.Features.Count == 0 || context.Features.Contains(column.Name));
            if (!isFeature || !columns.TryGetValue(column.Name, out SampleColumn? feature) || SingleFeature.Score(feature, target, fitted) is not { } result || !(result.Score >= context.LeakScore))
                continue;
            findings.Add(
                FindingCodes.LabelLeak,
                Severity.Warning,
                column.Name,
                $"'{column.Name}' alone predicts the label '{label}' almost without fault ({result.Measure} {Findings.Text(Math.Round(result.Score, 3))}). Is it known before the label is? If it is made from the label or after it, exclude it from the features; if not, raise 'leakScore' of the checks.",
                $"{result.Measure} below {Findings.Text(context.LeakScore)}",
                $"{result.Measure} {Findings.Text(Math.Round(result.Score, 4))}",
                rows.Length,
                edit: SpecEdits.Exclude(column.Name, context));
        }
    }

    private static Tally Rows(IEnumerable<long> rows)
    {
        var tally = new Tally();
        foreach (long row in rows.Where(row => row > 0).Distinct().Order().Take(Tally.MaxRows))
            tally.Add(row);
        return tally;
    }
}
