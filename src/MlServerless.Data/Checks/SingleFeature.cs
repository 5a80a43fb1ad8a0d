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
        int[] fit = Rows(label, fitted, areFitted: true);
        int[] measured = Rows(label, fitted, areFitted: false);
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

    private static int[] Rows(SampleColumn label, bool[] fitted, bool areFitted)
    {
        var rows = new List<int>(fitted.Length);
        for (int row = 0; row < fitted.Length; row++)
        {
            if (fitted[row] == areFitted && (label.Numbers is { } numbers ? !double.IsNaN(numbers[row]) : label.Codes![row] >= 0))
                rows.Add(row);
        }

        return [.. rows];
    }

    /// <summary>The bin or category of every row; the first is that of missing values.</summary>
    private static int[] Cells(SampleColumn feature, bool[] fitted, out int count)
    {
        if (feature.Codes is { } codes)
        {
            count = feature.Categories + 1;
            return Array.ConvertAll(codes, code => code + 1);
        }

        double[] numbers = feature.Numbers!;
        double[] sorted = new double[numbers.Length];
        int length = 0;
        for (int row = 0; row < numbers.Length; row++)
        {
            if (fitted[row] && !double.IsNaN(numbers[row]))
                sorted[length++] = numbers[row];
        }

        sorted.AsSpan(0, length).Sort();
        double[] starts = new double[Bins - 1];
        int bins = 0;
        for (int i = 1; i < Bins && length > 0; i++)
        {
            double start = sorted[(int)((long)length * i / Bins)];
            if (bins == 0 || starts[bins - 1] != start)
                starts[bins++] = start;
        }

        count = bins + 2;
        int[] cells = new int[numbers.Length];
        for (int row = 0; row < numbers.Length; row++)
        {
            // The first bin has no start.
            for (int bin = 0; !double.IsNaN(numbers[row]) && bin <= bins && (bin == 0 || numbers[row] >= starts[bin - 1]); bin++)
                cells[row] = bin + 1;
        }

        return cells;
    }

    private static double Area(int[] cells, int count, int[] labels, int[] fit, int[] measured)
    {
        // A little of the whole is mixed in, so that rare bins say little.
        double share = 0;
        double[] positive = new double[count];
        double[] all = new double[count];
        foreach (int row in fit)
        {
            all[cells[row]]++;
            positive[cells[row]] += labels[row];
            share += labels[row];
        }

        share /= fit.Length;
        long[] positives = new long[count];
        long[] negatives = new long[count];
        foreach (int row in measured)
            (labels[row] == 1 ? positives : negatives)[cells[row]]++;
        double[] score = new double[count];
        int[] byScore = new int[count];
        for (int i = 0; i < count; i++)
        {
            score[i] = (positive[i] + share) / (all[i] + 1);
            byScore[i] = i;
        }

        Array.Sort(byScore, (a, b) => score[a].CompareTo(score[b]));
        long pairs = 0;
        double ordered = 0;
        long negativesBefore = 0;
        for (int i = 0; i < count;)
        {
            double level = score[byScore[i]];
            long positivesHere = 0;
            long negativesHere = 0;
            for (; i < count && score[byScore[i]] == level; i++)
            {
                positivesHere += positives[byScore[i]];
                negativesHere += negatives[byScore[i]];
            }

            ordered += positivesHere * (negativesBefore + negativesHere / 2.0);
            negativesBefore += negativesHere;
            pairs += positivesHere;
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
