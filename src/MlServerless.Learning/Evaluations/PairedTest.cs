using MlServerless.Learning.Metrics;

namespace MlServerless.Learning.Evaluations;

/// <summary>
/// Tests whether two models differ on the same rows. The areas of a row under the ROC curve are compared as DeLong, DeLong and
/// Clarke-Pearson (1988) do, all other metrics by the differences of the rows' influences, for means those of the losses themselves:
/// what both models find hard cancels out, and far smaller differences show than two separate intervals would tell apart.
/// </summary>
public static class PairedTest
{
    /// <summary>With fewer rows the test's normal distribution cannot be relied upon, and the verdict is that nothing can be told.</summary>
    public const int MinimumRows = 30;

    /// <summary>Compares the first model with the second.</summary>
    /// <param name="metric">One of <see cref="Evaluation.MetricNames"/> of the task.</param>
    /// <param name="targets">Class index or value per row; rows with NaN are left out.</param>
    /// <param name="first">Scores of the first model: output k of row i at i × outputCount + k.</param>
    /// <param name="second">Scores of the second model, with the classes in the same order.</param>
    /// <param name="threshold">Of a binary task, the probability from which a row counts as predicted positive.</param>
    /// <param name="confidence">Of the interval; 1 minus it is the level of the test.</param>
    /// <returns>Null where the metric is not defined for these rows.</returns>
    /// <exception cref="ArgumentException">The task has no such metric, or the numbers of scores do not fit the targets.</exception>
    public static PairedComparison? Compare(
        LearningTask task, string metric, double[] targets, double[] first, double[] second, int outputCount, double threshold = 0.5, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var one = new Predictions(task, targets, first, outputCount, threshold);
        var other = new Predictions(task, targets, second, outputCount, threshold);
        return Compare(metric, one, other, one.Labelled, confidence);
    }

    /// <param name="rows">The rows that count, in their order.</param>
    internal static PairedComparison? Compare(string metric, Predictions first, Predictions second, int[] rows, double confidence)
    {
        if (rows.Length == 0)
            return null;
        var difference = new double[first.Targets.Length];
        double mine = Measure(metric, first, rows, difference);
        var subtracted = new double[difference.Length];
        double theirs = Measure(metric, second, rows, subtracted);
        double sign = Evaluation.HigherIsBetter(metric) ? 1 : -1;
        foreach (int row in rows)
            difference[row] -= subtracted[row];
        double error = MetricInfluence.StandardError(rows, difference);
        double gain = sign * (mine - theirs);
        if (!double.IsFinite(gain))
            return null;

        // One row of a class has no spread, and equal losses leave no doubt.
        double p = !double.IsFinite(error) ? 1 : error > 0 ? NormalDistribution.TwoSided(gain / error) : gain == 0 ? 1 : 0;
        double? reach = double.IsFinite(error) ? NormalDistribution.Reach(confidence) * error : null;
        PairedVerdict verdict = p >= 1 - confidence || rows.Length < MinimumRows ? PairedVerdict.Indistinguishable : gain > 0 ? PairedVerdict.Better : PairedVerdict.Worse;
        bool isDeLong = metric == "auc" && first.Task == LearningTask.Binary;
        return new PairedComparison(metric, rows.Length, mine, theirs, gain, gain - reach, gain + reach, p, verdict, isDeLong ? "DeLong" : "influence");
    }

    private static double Measure(string metric, Predictions predictions, int[] rows, double[] influence) => MetricInfluence.Measure(
        metric,
        predictions,
        predictions.Task != LearningTask.Binary ? rows : rows.Length == predictions.Labelled.Length ? predictions.Ranked : predictions.Rank(rows, 0),
        influence);
}
