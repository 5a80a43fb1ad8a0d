namespace MlServerless.Data;

/// <summary>Measures how columns go together with the label, from a sample of rows.</summary>
internal static class LabelAssociations
{
    private const int FewestRows = 10;

    /// <returns>By column; columns without an answer (constant, hardly any values) are left out.</returns>
    internal static IReadOnlyDictionary<string, LabelAssociation> Of(PartScan scan, DataSchema schema, string label)
    {
        var found = new Dictionary<string, LabelAssociation>(StringComparer.Ordinal);
        if (scan.Sample is not { } sample)
            return found;
        SampledRow[] rows = [.. sample.Contents.ToList().Where(row => row.Cells.Count > 0)];
        IReadOnlyDictionary<string, SampleColumn> columns = SampleColumn.Of(rows, schema);
        if (!columns.TryGetValue(label, out SampleColumn? target))
            return found;
        double[] weights = [.. rows.Select(row => (double)row.Count)];
        bool isAll = sample.Contents.Summary is null;
        foreach ((string name, SampleColumn column) in columns)
        {
            if (name != label && Measure(column, target, weights, isAll) is { } association)
                found.Add(name, association);
        }

        return found;
    }

    private static LabelAssociation? Measure(SampleColumn column, SampleColumn label, double[] weights, bool isAll)
    {
        bool IsThere(SampleColumn values, int row) => values.Numbers is { } numbers ? !double.IsNaN(numbers[row]) : values.Codes![row] >= 0;
        int[] rows = [.. Enumerable.Range(0, weights.Length).Where(row => IsThere(column, row) && IsThere(label, row))];
        if (rows.Length < FewestRows)
            return null;
        (string measure, double value) = (column.Numbers, label.Numbers) switch
        {
            ({ } x, { } y) => ("pearson", Pearson(x, y, weights, rows)),
            ({ } x, null) => ("correlationRatio", CorrelationRatio(x, label, weights, rows)),
            (null, { } y) => ("correlationRatio", CorrelationRatio(y, column, weights, rows)),
            _ => ("cramersV", CramersV(column, label, weights, rows)),
        };
        if (!double.IsFinite(value))
            return null;
        double error = (measure == "pearson" ? 1 - value * value : 1) / Math.Sqrt(rows.Length - 1);
        return new LabelAssociation(measure, value, rows.Length, isAll ? 0 : error);
    }

    private static double Pearson(double[] x, double[] y, double[] weights, int[] rows)
    {
        double total = rows.Sum(row => weights[row]);
        double meanX = rows.Sum(row => weights[row] * x[row]) / total;
        double meanY = rows.Sum(row => weights[row] * y[row]) / total;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        foreach (int row in rows)
        {
            double dx = x[row] - meanX;
            double dy = y[row] - meanY;
            xx += weights[row] * dx * dx;
            yy += weights[row] * dy * dy;
            xy += weights[row] * dx * dy;
        }

        return Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
    }

    private static double CorrelationRatio(double[] numbers, SampleColumn categories, double[] weights, int[] rows)
    {
        double[] sums = new double[categories.Categories];
        double[] counts = new double[categories.Categories];
        foreach (int row in rows)
        {
            sums[categories.Codes![row]] += weights[row] * numbers[row];
            counts[categories.Codes[row]] += weights[row];
        }

        double total = counts.Sum();
        double mean = sums.Sum() / total;
        double between = 0;
        int groups = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0)
                continue;
            groups++;
            double difference = sums[i] / counts[i] - mean;
            between += counts[i] * difference * difference;
        }

        double all = rows.Sum(row => weights[row] * (numbers[row] - mean) * (numbers[row] - mean));
        if (groups < 2 || groups >= rows.Length)
            return double.NaN;
        double unbiased = 1 - (1 - between / all) * (rows.Length - 1) / (rows.Length - groups);
        return Math.Sqrt(Math.Clamp(unbiased, 0, 1));
    }

    private static double CramersV(SampleColumn a, SampleColumn b, double[] weights, int[] rows)
    {
        var cells = new Dictionary<(int, int), double>();
        double[] countsA = new double[a.Categories];
        double[] countsB = new double[b.Categories];
        foreach (int row in rows)
        {
            (int, int) cell = (a.Codes![row], b.Codes![row]);
            cells[cell] = cells.GetValueOrDefault(cell) + weights[row];
            countsA[cell.Item1] += weights[row];
            countsB[cell.Item2] += weights[row];
        }

        // χ²/n = Σ n_ij² / (n_i n_j) - 1, over the cells that are filled; in one order, for sums of doubles have one.
        double phi = -1;
        foreach (((int i, int j), double count) in cells.OrderBy(cell => cell.Key))
            phi += count * count / (countsA[i] * countsB[j]);
        double n = rows.Length;
        double kinds = countsA.Count(count => count > 0);
        double labels = countsB.Count(count => count > 0);
        if (kinds < 2 || labels < 2)
            return double.NaN;
        double unbiased = Math.Max(0, phi - (kinds - 1) * (labels - 1) / (n - 1));
        double least = Math.Min(kinds - (kinds - 1) * (kinds - 1) / (n - 1), labels - (labels - 1) * (labels - 1) / (n - 1));
        return least <= 1 ? double.NaN : Math.Sqrt(Math.Clamp(unbiased / (least - 1), 0, 1));
    }
}
