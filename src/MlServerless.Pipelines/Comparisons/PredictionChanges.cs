using System.Globalization;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Evaluations;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>Compares the scores of two models row by row.</summary>
internal sealed class PredictionChanges(AlignedScores scores, IReadOnlyList<string> labels, double threshold, Table table, IReadOnlyList<string> key)
{
    private const int Examples = 20;

    /// <remarks>The first of the aligned models is b's, the second a's.</remarks>
    public PredictionDifference Compare()
    {
        int rows = scores.Targets.Length;
        double sum = 0, largest = 0;
        long changed = 0, righted = 0, wronged = 0;
        var flips = new Dictionary<(int A, int B), long>();
        var candidates = new PriorityQueue<int, (double Change, int Row)>();
        for (int row = 0; row < rows; row++)
        {
            double change = Change(row);
            sum += change;
            largest = Math.Max(largest, change);
            changed += change > 0 ? 1 : 0;
            bool shown = change > 0;
            if (IsClasses)
            {
                int a = Class(scores.Second, row), b = Class(scores.First, row);
                shown = a != b;
                if (shown)
                {
                    flips[(a, b)] = flips.GetValueOrDefault((a, b)) + 1;
                    double actual = scores.Targets[row];
                    righted += actual == b ? 1 : 0;
                    wronged += actual == a ? 1 : 0;
                }
            }

            if (!shown)
                continue;

            // The smallest change, and of equals the last row, goes first.
            candidates.Enqueue(row, (change, -row));
            if (candidates.Count > Examples)
                candidates.Dequeue();
        }

        int[] examples = [.. candidates.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
        return new PredictionDifference(
            rows,
            changed,
            rows == 0 ? 0 : sum / rows,
            largest,
            IsClasses ? flips.Values.Sum() : null,
            IsClasses ? righted : null,
            IsClasses ? wronged : null,
            IsClasses ? [.. flips.OrderByDescending(flip => flip.Value).ThenBy(flip => flip.Key).Select(flip => new FlipCount(labels[flip.Key.A], labels[flip.Key.B], flip.Value))] : null,
            [.. examples.Select(Show)]);
    }

    private bool IsClasses => scores.Task != LearningTask.Regression;

    private double Change(int row)
    {
        double most = 0;
        for (int i = row * scores.Outputs; i < (row + 1) * scores.Outputs; i++)
            most = Math.Max(most, Math.Abs(scores.First[i] - scores.Second[i]));
        return most;
    }

    private int Class(double[] of, int row)
    {
        if (scores.Task == LearningTask.Binary)
            return of[row] >= threshold ? 1 : 0;
        int best = 0;
        for (int k = 1; k < scores.Outputs; k++)
            best = of[(row * scores.Outputs) + k] > of[(row * scores.Outputs) + best] ? k : best;
        return best;
    }

    private double Probability(double[] of, int row, int @class) =>
        scores.Task == LearningTask.Binary ? (@class == 1 ? of[row] : 1 - of[row]) : of[(row * scores.Outputs) + @class];

    private ChangedRow Show(int row)
    {
        var values = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (string column in key)
            values[column] = table.Find(column) is { } found ? CellText.Of(found, row) : null;
        double target = scores.Targets[row];
        string? actual = double.IsNaN(target) ? null : IsClasses ? labels[(int)target] : Number(target);
        if (!IsClasses)
            return new ChangedRow(table.RowNumbers[row], values, actual, Number(scores.Second[row]), Number(scores.First[row]), null, null);
        int b = Class(scores.First, row);
        return new ChangedRow(table.RowNumbers[row], values, actual, labels[Class(scores.Second, row)], labels[b], Probability(scores.Second, row, b), Probability(scores.First, row, b));
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
