using MlServerless.Learning.Evaluations;

namespace MlServerless.Learning.Metrics;

/// <summary>Measures every metric of a task on some rows, each with its confidence interval.</summary>
internal sealed class MetricSet(Predictions predictions, double confidence, ErrorCosts? costs)
{
    private readonly double[] influence = new double[predictions.Targets.Length];
    private readonly double reach = NormalDistribution.Reach(confidence);

    /// <param name="rows">Rows that have a label, of a binary task by rising score.</param>
    /// <returns>The metrics that are defined for these rows, by name in ordinal order.</returns>
    public SortedDictionary<string, MetricEstimate> Measure(ReadOnlySpan<int> rows)
    {
        var estimates = new SortedDictionary<string, MetricEstimate>(StringComparer.Ordinal);
        if (rows.Length == 0)
            return estimates;
        switch (predictions.Task)
        {
            case LearningTask.Binary:
                AddBinary(estimates, rows);
                break;
            case LearningTask.Multiclass:
                AddMulticlass(estimates, rows);
                break;
            default:
                AddRegression(estimates, rows);
                break;
        }

        return estimates;
    }

    private void AddBinary(SortedDictionary<string, MetricEstimate> estimates, ReadOnlySpan<int> rows)
    {
        ClassCounts counts = ClassCounts.Of(predictions, rows);
        long positive = counts.Actual[1], negative = counts.Actual[0], truePositive = counts.Right[1], trueNegative = counts.Right[0];
        long falsePositive = counts.Predicted[1] - truePositive, falseNegative = positive - truePositive;
        AddMean(estimates, "logLoss", rows);
        AddMean(estimates, "brier", rows);
        AddShare(estimates, "accuracy", truePositive + trueNegative, rows.Length);
        AddShare(estimates, "precision", truePositive, counts.Predicted[1]);
        AddShare(estimates, "recall", truePositive, positive);

        // F1 rises with the share of true positives among all that are positive or predicted so, and its interval with that share's.
        if (truePositive + falsePositive + falseNegative is > 0 and var union)
        {
            Interval share = Intervals.Wilson((double)truePositive / union, union, reach);
            Add(estimates, "f1", 2.0 * truePositive / (union + truePositive), new Interval(2 * share.Low / (1 + share.Low), 2 * share.High / (1 + share.High)));
        }

        if (costs is not null)
        {
            double mean = ((falsePositive * costs.FalsePositive) + (falseNegative * costs.FalseNegative)) / rows.Length;
            double squares = ((falsePositive * costs.FalsePositive * costs.FalsePositive) + (falseNegative * costs.FalseNegative * costs.FalseNegative)) / rows.Length;
            double error = Math.Sqrt(Math.Max(0, squares - (mean * mean)) / rows.Length);
            Add(estimates, "cost", mean, AtLeastZero(Intervals.Normal(mean, error, reach)));
        }

        if (positive == 0 || negative == 0)
            return;
        double recall = (double)truePositive / positive, specificity = (double)trueNegative / negative;
        Add(estimates, "balancedAccuracy", (recall + specificity) / 2, Intervals.Mean([(recall, Intervals.Wilson(recall, positive, reach)), (specificity, Intervals.Wilson(specificity, negative, reach))]));
        AddArea(estimates, "auc", rows, Math.Min(positive, negative));
        AddArea(estimates, "prAuc", rows, positive);
    }

    private void AddMulticlass(SortedDictionary<string, MetricEstimate> estimates, ReadOnlySpan<int> rows)
    {
        ClassCounts counts = ClassCounts.Of(predictions, rows);
        AddMean(estimates, "logLoss", rows);
        AddMean(estimates, "brier", rows);
        AddShare(estimates, "accuracy", counts.Right.Sum(), rows.Length);
        (double Value, Interval Interval)[] recalls = [.. Enumerable.Range(0, counts.Actual.Length)
            .Where(k => counts.Actual[k] > 0)
            .Select(k => ((double)counts.Right[k] / counts.Actual[k], Intervals.Wilson((double)counts.Right[k] / counts.Actual[k], counts.Actual[k], reach)))];
        Add(estimates, "balancedAccuracy", recalls.Sum(recall => recall.Value) / recalls.Length, Intervals.Mean(recalls));
        foreach (string metric in (ReadOnlySpan<string>)["macroF1", "macroPrecision", "macroRecall"])
            AddArea(estimates, metric, rows, rows.Length);
        long rarest = counts.Actual.Where(count => count > 0).Min();
        AddArea(estimates, "auc", rows, rarest);
        AddArea(estimates, "prAuc", rows, rarest);
    }

    private void AddRegression(SortedDictionary<string, MetricEstimate> estimates, ReadOnlySpan<int> rows)
    {
        AddMean(estimates, "mae", rows);
        AddMean(estimates, "mape", rows);
        double root = MetricInfluence.Measure("rmse", predictions, rows, influence);
        double square = root * root;
        double error = 2 * root * MetricInfluence.StandardError(rows, influence);
        Interval squares = AtLeastZero(Intervals.Normal(square, error, reach));
        Add(estimates, "rmse", root, new Interval(Math.Sqrt(squares.Low), Math.Sqrt(squares.High)));
        double determination = MetricInfluence.Measure("r2", predictions, rows, influence);
        Interval interval = Intervals.Normal(determination, MetricInfluence.StandardError(rows, influence), reach);
        Add(estimates, "r2", determination, interval with { High = Math.Min(1, interval.High) });
    }

    private void AddMean(SortedDictionary<string, MetricEstimate> estimates, string metric, ReadOnlySpan<int> rows)
    {
        double mean = MetricInfluence.Measure(metric, predictions, rows, influence);
        Add(estimates, metric, mean, AtLeastZero(Intervals.Normal(mean, MetricInfluence.StandardError(rows, influence), reach)));
    }

    /// <summary>A metric between 0 and 1 that is no share of rows.</summary>
    private void AddArea(SortedDictionary<string, MetricEstimate> estimates, string metric, ReadOnlySpan<int> rows, long count)
    {
        double value = MetricInfluence.Measure(metric, predictions, rows, influence);
        if (double.IsFinite(value))
            Add(estimates, metric, value, Intervals.Logit(value, MetricInfluence.StandardError(rows, influence), count, reach));
    }

    private void AddShare(SortedDictionary<string, MetricEstimate> estimates, string metric, long part, long whole)
    {
        if (whole > 0)
            Add(estimates, metric, (double)part / whole, Intervals.Wilson((double)part / whole, whole, reach));
    }

    private static void Add(SortedDictionary<string, MetricEstimate> estimates, string metric, double value, Interval interval)
    {
        if (!double.IsFinite(value))
            return;
        bool known = double.IsFinite(interval.Low) && double.IsFinite(interval.High);
        estimates[metric] = new MetricEstimate(value, known ? interval.Low : null, known ? interval.High : null);
    }

    private static Interval AtLeastZero(Interval interval) => interval with { Low = Math.Max(0, interval.Low) };
}
