namespace MlServerless.Data;

/// <summary>
/// How well one feature alone predicts the label: fitted on one half of the sampled rows, measured on the other, so that what is learned
/// by heart does not count. Numbers are cut into bins with equal counts; every bin or category predicts what it has seen.
/// </summary>
internal static class SingleFeature
{
    private const int Bins = 32;
    private const int FewestRows = 100;
    private const int FewestOfAClass = 10;

    /// <summary>For two classes the area under the ROC curve, for more the part of the guesses' errors that is avoided, for a quantity R²; each at most 1.</summary>
    /// <param name="fitted">Which rows are fitted on; the others are measured.</param>
    /// <returns>The measure and its name; null where too few rows have both values.</returns>
    internal static (string Measure, double Score)? Score(SampleColumn feature, SampleColumn label, bool[] fitted)
    {
        int[] cells = Cells(feature, fitted, out int count);
        int[] rows = [.. Enumerable.Range(0, cells.Length).Where(row => label.Numbers is { } numbers ? !double.IsNaN(numbers[row]) : label.Codes![row] >= 0)];
        int[] fit = [.. rows.Where(row => fitted[row])];
        int[] measured = [.. rows.Where(row => !fitted[row])];
        if (fit.Length < FewestRows || measured.Length < FewestRows)
            return null;
        if (label.Numbers is { } quantity)
            return ("R²", Explained(cells, count, quantity, fit, measured));
        int[] classes = new int[label.Categories];
        foreach (int row in measured)
            classes[label.Codes![row]]++;
        if (classes.Count(size => size >= FewestOfAClass) < 2)
            return null;
        return label.Categories == 2
            ? ("ROC-AUC", Area(cells, count, label.Codes!, fit, measured))
            : ("accuracy beyond guessing", Lift(cells, count, label, fit, measured, classes));
    }

    /// <summary>The bin or category of every row; the first is that of missing values.</summary>
    private static int[] Cells(SampleColumn feature, bool[] fitted, out int count)
    {
        if (feature.Codes is { } codes)
        {
            count = feature.Categories + 1;
            return [.. codes.Select(code => code + 1)];
        }

        double[] sorted = [.. feature.Numbers!.Where((value, row) => fitted[row] && !double.IsNaN(value)).Order()];
        double[] starts = [.. Enumerable.Range(1, Bins - 1).Where(_ => sorted.Length > 0).Select(i => sorted[(int)((long)sorted.Length * i / Bins)]).Distinct()];
        count = starts.Length + 2;
        return [.. feature.Numbers!.Select(value => double.IsNaN(value) ? 0 : 1 + (Array.BinarySearch(starts, value) is var at && at < 0 ? ~at : at + 1))];
    }

    private static double Area(int[] cells, int count, int[] labels, int[] fit, int[] measured)
    {
        // A little of the whole is mixed in, so that rare bins say little.
        double share = fit.Count(row => labels[row] == 1) / (double)fit.Length;
        double[] positive = new double[count];
        double[] all = new double[count];
        foreach (int row in fit)
        {
            all[cells[row]]++;
            positive[cells[row]] += labels[row];
        }

        double[] score = [.. Enumerable.Range(0, count).Select(i => (positive[i] + share) / (all[i] + 1))];
        long pairs = 0;
        double ordered = 0;
        long negativesBefore = 0;
        foreach (IGrouping<double, int> level in measured.GroupBy(row => score[cells[row]]).OrderBy(level => level.Key))
        {
            long positives = level.Count(row => labels[row] == 1);
            long negatives = level.Count() - positives;
            ordered += positives * (negativesBefore + negatives / 2.0);
            negativesBefore += negatives;
            pairs += positives;
        }

        return ordered / (pairs * (double)negativesBefore);
    }

    private static double Lift(int[] cells, int count, SampleColumn label, int[] fit, int[] measured, int[] classes)
    {
        int[,] seen = new int[count, label.Categories];
        foreach (int row in fit)
            seen[cells[row], label.Codes![row]]++;
        int[] guess = [.. Enumerable.Range(0, count).Select(cell => Enumerable.Range(0, label.Categories).MaxBy(code => seen[cell, code]))];
        int right = measured.Count(row => guess[cells[row]] == label.Codes![row]);
        int guessed = classes.Max();
        return (right - guessed) / (double)(measured.Length - guessed);
    }

    private static double Explained(int[] cells, int count, double[] quantity, int[] fit, int[] measured)
    {
        double mean = fit.Sum(row => quantity[row]) / fit.Length;
        double[] sums = new double[count];
        int[] counts = new int[count];
        foreach (int row in fit)
        {
            sums[cells[row]] += quantity[row];
            counts[cells[row]]++;
        }

        double error = 0;
        double all = 0;
        foreach (int row in measured)
        {
            double predicted = (sums[cells[row]] + mean) / (counts[cells[row]] + 1);
            error += (quantity[row] - predicted) * (quantity[row] - predicted);
            all += (quantity[row] - mean) * (quantity[row] - mean);
        }

        return 1 - error / all;
    }
}
