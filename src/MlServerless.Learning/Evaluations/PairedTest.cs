using MlServerless.Data;
using MlServerless.Learning.Evaluations.Slicing;
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
        return new PairedRows(
            new Predictions(task, targets, first, outputCount, threshold), new Predictions(task, targets, second, outputCount, threshold), confidence).Compare(metric);
    }

    /// <summary>Compares the first model with the second by every metric that is defined for the rows.</summary>
    /// <inheritdoc cref="Compare(LearningTask, string, double[], double[], double[], int, double, double)"/>
    public static IReadOnlyDictionary<string, PairedComparison> CompareAll(
        LearningTask task, double[] targets, double[] first, double[] second, int outputCount, double threshold = 0.5, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var test = new PairedRows(new Predictions(task, targets, first, outputCount, threshold), new Predictions(task, targets, second, outputCount, threshold), confidence);
        var comparisons = new SortedDictionary<string, PairedComparison>(StringComparer.Ordinal);
        foreach (string metric in Evaluation.MetricNames(task))
        {
            if (test.Compare(metric) is { } compared)
                comparisons[metric] = compared;
        }

        return comparisons;
    }

    /// <summary>Compares the first model with the second slice by slice.</summary>
    /// <param name="metric">One of <see cref="Evaluation.MetricNames"/> of the task.</param>
    /// <param name="request">The table and how it is sliced; its artifact and scores are not looked at.</param>
    /// <param name="targets">Class index or value per row; rows with NaN are left out.</param>
    /// <returns>The slices of <see cref="EvaluationRequest.Slices"/> that have rows enough and for which the metric is defined.</returns>
    public static IReadOnlyList<SliceComparison> CompareSlices(
        LearningTask task, string metric, EvaluationRequest request, double[] targets, double[] first, double[] second, int outputCount)
    {
        ArgumentNullException.ThrowIfNull(request);
        var one = new Predictions(task, targets, first, outputCount, request.Threshold);
        var test = new PairedRows(one, new Predictions(task, targets, second, outputCount, request.Threshold), request.Confidence);
        var compared = new List<(Slice Slice, PairedComparison Paired)>();
        foreach (string name in request.Slices)
        {
            if (request.HoldOut.Find(name) is not { } column || column.Type == ColumnType.Text)
                continue;
            ColumnSlices slices = Slicer.Cut(column, request.Limits.GetValueOrDefault(name), request.MinSliceRows);
            foreach ((int index, int[] rows) in slices.Group(one.Labelled).Index())
            {
                if (rows.Length >= Math.Max(request.MinSliceRows, MinimumRows) && test.Compare(metric, rows) is { } paired)
                    compared.Add((slices.Slices[index], paired));
            }
        }

        return [.. compared.Select(one =>
        {
            double p = Math.Min(1, one.Paired.PValue * compared.Count);
            return new SliceComparison(one.Slice, one.Paired, p, p < 1 - request.Confidence ? one.Paired.Verdict : PairedVerdict.Indistinguishable);
        })];
    }
}
