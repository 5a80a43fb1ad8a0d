using MlServerless.Data;

namespace MlServerless.Learning.Metrics;

/// <summary>
/// Metrics with the influence of every row: by how much the metric moves when the row gets more weight, times the number of rows.
/// The standard error of the metric is the root of the sum of squared influences over the number of rows (the infinitesimal
/// jackknife), and that of a difference of two metrics on the same rows the same of the differences of influences.
/// </summary>
internal static class MetricInfluence
{
    /// <param name="rows">The rows that count, of a binary task by rising score.</param>
    /// <param name="influence">As many as the predictions have rows; those of <paramref name="rows"/> are written.</param>
    /// <returns>The metric, NaN where it is not defined.</returns>
    /// <exception cref="ArgumentException">The task has no such metric.</exception>
    public static double Measure(string metric, Predictions predictions, ReadOnlySpan<int> rows, Span<double> influence)
    {
        foreach (int row in rows)
            influence[row] = 0;
        return (metric, predictions.Task) switch
        {
            ("auc", LearningTask.Binary) => RankAreas.Roc(predictions, rows, 1, influence),
            ("prAuc", LearningTask.Binary) => RankAreas.AveragePrecision(predictions, rows, 1, influence),
            ("auc" or "prAuc", LearningTask.Multiclass) => MacroArea(metric, predictions, rows, influence),
            ("logLoss", not LearningTask.Regression) => Mean(predictions, rows, influence, static (p, row) => p.Losses[row]),
            ("brier", not LearningTask.Regression) => Mean(predictions, rows, influence, static (p, row) => p.Brier(row)),
            ("accuracy", not LearningTask.Regression) => Mean(predictions, rows, influence, static (p, row) => p.Predicted(row) == p.Class(row) ? 1 : 0),
            ("mae", LearningTask.Regression) => Mean(predictions, rows, influence, static (p, row) => Math.Abs(p.Error(row))),
            ("mape", LearningTask.Regression) => Mean(predictions, rows, influence, static (p, row) => RegressionMetrics.Relative(p.Error(row), p.Targets[row])),
            ("rmse", LearningTask.Regression) => RootMeanSquare(predictions, rows, influence),
            ("r2", LearningTask.Regression) => Determination(predictions, rows, influence),
            ("precision" or "recall" or "f1", LearningTask.Binary) => PositiveShare(metric, predictions, rows, influence),
            ("balancedAccuracy", not LearningTask.Regression) => ClassMean(metric, predictions, rows, influence),
            ("macroF1" or "macroPrecision" or "macroRecall", LearningTask.Multiclass) => ClassMean(metric, predictions, rows, influence),
            _ => throw new ArgumentException($"A {predictions.Task} task has no metric '{metric}' of which rows have an influence.", nameof(metric)),
        };
    }

    /// <summary>The standard error that influences stand for.</summary>
    public static double StandardError(ReadOnlySpan<int> rows, ReadOnlySpan<double> influence)
    {
        double squares = 0;
        foreach (int row in rows)
            squares += influence[row] * influence[row];
        return DeterministicMath.Sqrt(squares) / rows.Length;
    }

    private static double Mean(Predictions predictions, ReadOnlySpan<int> rows, Span<double> influence, Func<Predictions, int, double> value)
    {
        double sum = 0;
        foreach (int row in rows)
        {
            influence[row] = value(predictions, row);
            sum += influence[row];
        }

        double mean = sum / rows.Length;
        double scale = Unbiased(rows.Length);
        foreach (int row in rows)
            influence[row] = (influence[row] - mean) * scale;
        return mean;
    }

    private static double RootMeanSquare(Predictions predictions, ReadOnlySpan<int> rows, Span<double> influence)
    {
        double root = DeterministicMath.Sqrt(Mean(predictions, rows, influence, static (p, row) => p.Losses[row]));
        foreach (int row in rows)
            influence[row] = root > 0 ? influence[row] / (2 * root) : 0;
        return root;
    }

    private static double Determination(Predictions predictions, ReadOnlySpan<int> rows, Span<double> influence)
    {
        double sum = 0, squares = 0, spread = 0;
        foreach (int row in rows)
        {
            sum += predictions.Targets[row];
            squares += predictions.Losses[row];
        }

        double mean = sum / rows.Length;
        foreach (int row in rows)
            spread += (predictions.Targets[row] - mean) * (predictions.Targets[row] - mean);
        if (!(spread > 0))
            return double.NaN;
        double unexplained = squares / spread;
        double scale = Unbiased(rows.Length) * rows.Length / spread;
        foreach (int row in rows)
        {
            double distance = predictions.Targets[row] - mean;
            influence[row] = ((unexplained * distance * distance) - predictions.Losses[row]) * scale;
        }

        return 1 - unexplained;
    }

    /// <summary>A share whose numerator is the true positives: of the predicted ones, of the actual ones, or of the mean of both.</summary>
    private static double PositiveShare(string metric, Predictions predictions, ReadOnlySpan<int> rows, Span<double> influence)
    {
        double ofPredicted = metric == "recall" ? 0 : metric == "precision" ? 1 : 0.5;
        double ofActual = metric == "precision" ? 0 : metric == "recall" ? 1 : 0.5;
        double right = 0, all = 0;
        foreach (int row in rows)
        {
            int actual = predictions.Class(row);
            int predicted = predictions.Predicted(row);
            right += actual & predicted;
            all += (ofPredicted * predicted) + (ofActual * actual);
        }

        if (all == 0)
            return double.NaN;
        double share = right / all;
        double scale = Unbiased(rows.Length) * rows.Length / all;
        foreach (int row in rows)
        {
            int actual = predictions.Class(row);
            int predicted = predictions.Predicted(row);
            influence[row] = scale * ((actual & predicted) - (share * ((ofPredicted * predicted) + (ofActual * actual))));
        }

        return share;
    }

    private static double ClassMean(string metric, Predictions predictions, ReadOnlySpan<int> rows, Span<double> influence)
    {
        ClassCounts counts = ClassCounts.Of(predictions, rows);
        int classes = counts.Actual.Length;
        var share = new double[classes];
        var size = new double[classes];
        double sum = 0;
        int counted = 0;
        for (int k = 0; k < classes; k++)
        {
            bool counts1 = metric == "balancedAccuracy" ? counts.Actual[k] > 0 : counts.Actual[k] + counts.Predicted[k] > 0;
            if (!counts1)
                continue;
            counted++;
            size[k] = metric switch
            {
                "macroPrecision" => counts.Predicted[k],
                "macroF1" => (counts.Actual[k] + counts.Predicted[k]) / 2.0,
                _ => counts.Actual[k],
            };
            share[k] = size[k] > 0 ? counts.Right[k] / size[k] : 0;
            sum += share[k];
        }

        // A binary task's balanced accuracy without one of the classes is no balance.
        if (counted == 0 || (predictions.Task == LearningTask.Binary && counted < 2))
            return double.NaN;
        double ofPredicted = metric == "macroPrecision" ? 1 : metric == "macroF1" ? 0.5 : 0;
        double ofActual = 1 - ofPredicted;
        double scale = Unbiased(rows.Length) * rows.Length / counted;
        foreach (int row in rows)
        {
            int actual = predictions.Class(row);
            int predicted = predictions.Predicted(row);
            double sumOfRow = 0;
            if (size[actual] > 0)
                sumOfRow += ((actual == predicted ? 1 : 0) - (ofActual * share[actual])) / size[actual];
            if (ofPredicted > 0)
                sumOfRow -= ofPredicted * share[predicted] / size[predicted];
            influence[row] = scale * sumOfRow;
        }

        return sum / counted;
    }

    /// <summary>The mean over the classes that have rows, each against all others.</summary>
    private static double MacroArea(string metric, Predictions predictions, ReadOnlySpan<int> rows, Span<double> influence)
    {
        ClassCounts counts = ClassCounts.Of(predictions, rows);
        int[] present = [.. Enumerable.Range(0, predictions.Outputs).Where(k => counts.Actual[k] > 0)];
        if (present.Length < 2 || (long)rows.Length * predictions.Outputs > Evaluations.ModelEvaluator.MostRankedCells)
            return double.NaN;
        double sum = 0;
        foreach (int k in present)
        {
            int[] ascending = predictions.Rank(rows, k);
            sum += metric == "auc"
                ? RankAreas.Roc(predictions, ascending, k, influence, 1.0 / present.Length)
                : RankAreas.AveragePrecision(predictions, ascending, k, influence, 1.0 / present.Length);
        }

        return sum / present.Length;
    }

    private static double Unbiased(double rows) => DeterministicMath.Sqrt(rows / Math.Max(1, rows - 1));
}
