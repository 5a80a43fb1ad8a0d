using MlServerless.Learning.Evaluations;

namespace MlServerless.Learning.Metrics;

/// <summary>Two models on the same rows, with the room that their comparisons need.</summary>
internal sealed class PairedRows(Predictions first, Predictions second, double confidence)
{
    private readonly double[] difference = new double[first.Targets.Length];
    private readonly double[] subtracted = new double[first.Targets.Length];
    private readonly double reach = NormalDistribution.Reach(confidence);

    /// <inheritdoc cref="Compare(string, int[])"/>
    public PairedComparison? Compare(string metric) => Compare(metric, first.Labelled);

    /// <param name="rows">Rows that have a label.</param>
    /// <returns>Null where the metric is not defined for these rows.</returns>
    public PairedComparison? Compare(string metric, int[] rows)
    {
        if (rows.Length == 0)
            return null;
        double mine = Measure(metric, first, rows, difference);
        double theirs = Measure(metric, second, rows, subtracted);
        foreach (int row in rows)
            difference[row] -= subtracted[row];
        double error = MetricInfluence.StandardError(rows, difference);
        double gain = Evaluation.HigherIsBetter(metric) ? mine - theirs : theirs - mine;
        if (!double.IsFinite(gain))
            return null;

        // One row of a class has no spread, and equal losses leave no doubt.
        bool known = double.IsFinite(error);
        double p = !known ? 1 : error > 0 ? NormalDistribution.TwoSided(gain / error) : gain == 0 ? 1 : 0;
        double? half = known ? reach * error : null;
        PairedVerdict verdict = p >= 1 - confidence || rows.Length < PairedTest.MinimumRows
            ? PairedVerdict.Indistinguishable
            : gain > 0 ? PairedVerdict.Better : PairedVerdict.Worse;
        bool isDeLong = metric == "auc" && first.Task == LearningTask.Binary;
        return new PairedComparison(metric, rows.Length, mine, theirs, gain, gain - half, gain + half, p, verdict, isDeLong ? "DeLong" : "influence");
    }

    private static double Measure(string metric, Predictions predictions, int[] rows, double[] influence) => MetricInfluence.Measure(
        metric,
        predictions,
        predictions.Task != LearningTask.Binary ? rows : ReferenceEquals(rows, predictions.Labelled) || rows.Length == predictions.Labelled.Length ? predictions.Ranked : predictions.Rank(rows, 0),
        influence);
}
