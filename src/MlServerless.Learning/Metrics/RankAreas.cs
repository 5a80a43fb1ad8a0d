using MlServerless.Data;

namespace MlServerless.Learning.Metrics;

/// <summary>
/// Areas under the ROC and the precision-recall curve of one class against all others, with each row's influence. The standard
/// error of an area is the root of the sum of squared influences over the number of rows.
/// </summary>
internal static class RankAreas
{
    /// <summary>
    /// The share of pairs of a positive and a negative row in the right order, ties counting half. The influences are the
    /// structural components of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), from ranks instead of pairs.
    /// </summary>
    /// <param name="ascending">Rows by rising score.</param>
    /// <param name="output">The class that counts as positive, of a binary task 1.</param>
    /// <param name="influence">At every row of <paramref name="ascending"/> its influence times <paramref name="weight"/> is added; empty where it is not wanted.</param>
    /// <returns>NaN where one side has no row.</returns>
    public static double Roc(Predictions predictions, ReadOnlySpan<int> ascending, int output, Span<double> influence, double weight = 1)
    {
        long positives = CountPositives(predictions, ascending, output);
        long negatives = ascending.Length - positives;
        if (positives == 0 || negatives == 0)
            return double.NaN;
        long halfPairs = 0, negativesBelow = 0;
        for (int start = 0; start < ascending.Length;)
        {
            int end = EndOfTies(predictions, ascending, start, output);
            long positive = CountPositives(predictions, ascending[start..end], output);
            long negative = end - start - positive;
            halfPairs += positive * ((2 * negativesBelow) + negative);
            negativesBelow += negative;
            start = end;
        }

        double area = halfPairs / (2.0 * positives * negatives);
        if (influence.IsEmpty)
            return area;

        // A variance over n - 1 of each side, as DeLong has it; of one row there is none.
        double positiveScale = weight * ascending.Length / positives * DeterministicMath.Sqrt(positives / (positives - 1.0));
        double negativeScale = weight * ascending.Length / negatives * DeterministicMath.Sqrt(negatives / (negatives - 1.0));
        long below = 0, positivesBelow = 0;
        for (int start = 0; start < ascending.Length;)
        {
            int end = EndOfTies(predictions, ascending, start, output);
            ReadOnlySpan<int> ties = ascending[start..end];
            long positive = CountPositives(predictions, ties, output);
            long negative = ties.Length - positive;
            double ofPositive = positiveScale * (((below + (negative / 2.0)) / negatives) - area);
            double ofNegative = negativeScale * (((positives - positivesBelow - (positive / 2.0)) / positives) - area);
            foreach (int row in ties)
                influence[row] += IsPositive(predictions, row, output) ? ofPositive : ofNegative;
            below += negative;
            positivesBelow += positive;
            start = end;
        }

        return area;
    }

    /// <summary>
    /// The average precision: precision at each distinct score weighted by the recall gained there. Its influences are the
    /// derivative of that sum with respect to the weight of a row, which enters the precision at every score up to its own.
    /// </summary>
    /// <inheritdoc cref="Roc"/>
    public static double AveragePrecision(Predictions predictions, ReadOnlySpan<int> ascending, int output, Span<double> influence, double weight = 1)
    {
        long positives = CountPositives(predictions, ascending, output);
        if (positives == 0 || positives == ascending.Length)
            return double.NaN;
        double area = 0;
        long rowsAbove = 0, positivesAbove = 0;
        for (int end = ascending.Length; end > 0;)
        {
            int start = StartOfTies(predictions, ascending, end, output);
            long positive = CountPositives(predictions, ascending[start..end], output);
            rowsAbove += end - start;
            positivesAbove += positive;
            area += (double)positive / positives * ((double)positivesAbove / rowsAbove);
            end = start;
        }

        if (influence.IsEmpty)
            return area;
        double rows = ascending.Length;
        double scale = weight * rows / positives * DeterministicMath.Sqrt(rows / (rows - 1));
        double gained = 0, diluted = 0;
        long positivesLeft = positives;
        for (int start = 0; start < ascending.Length;)
        {
            int end = EndOfTies(predictions, ascending, start, output);
            ReadOnlySpan<int> ties = ascending[start..end];
            long positive = CountPositives(predictions, ties, output);
            double rowsLeft = ascending.Length - start;
            double precision = positivesLeft / rowsLeft;
            gained += positive / rowsLeft;
            diluted += positive * precision / rowsLeft;
            foreach (int row in ties)
                influence[row] += scale * (IsPositive(predictions, row, output) ? precision + gained - diluted - area : -diluted);
            positivesLeft -= positive;
            start = end;
        }

        return area;
    }

    private static bool IsPositive(Predictions predictions, int row, int output) => predictions.Targets[row] == output;

    private static double Score(Predictions predictions, int row, int output) =>
        predictions.Scores[predictions.Outputs == 1 ? row : (row * predictions.Outputs) + output];

    private static long CountPositives(Predictions predictions, ReadOnlySpan<int> rows, int output)
    {
        long count = 0;
        foreach (int row in rows)
            count += IsPositive(predictions, row, output) ? 1 : 0;
        return count;
    }

    private static int EndOfTies(Predictions predictions, ReadOnlySpan<int> ascending, int start, int output)
    {
        double score = Score(predictions, ascending[start], output);
        int end = start + 1;
        while (end < ascending.Length && Score(predictions, ascending[end], output) == score)
            end++;
        return end;
    }

    private static int StartOfTies(Predictions predictions, ReadOnlySpan<int> ascending, int end, int output)
    {
        double score = Score(predictions, ascending[end - 1], output);
        int start = end - 1;
        while (start > 0 && Score(predictions, ascending[start - 1], output) == score)
            start--;
        return start;
    }
}
