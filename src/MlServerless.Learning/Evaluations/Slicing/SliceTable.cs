using MlServerless.Data;
using MlServerless.Learning.Metrics;

namespace MlServerless.Learning.Evaluations.Slicing;

/// <summary>Measures the slices of columns.</summary>
internal sealed class SliceTable(Predictions predictions, MetricSet metrics, int leastRows, double confidence)
{
    private readonly double reach = NormalDistribution.Reach(confidence);

    /// <summary>Of a binary task rising scores, so that no slice has to sort its rows again.</summary>
    private int[] Order => predictions.Task == LearningTask.Binary ? predictions.Ranked : predictions.Labelled;

    public SlicedColumn Measure(ColumnSlices column)
    {
        int[][] groups = column.Group(Order);
        SliceFigures[] figures = [.. column.Slices.Index().Where(slice => groups[slice.Index].Length > 0).Select(slice => Measure(slice.Item, groups[slice.Index]))];
        return new SlicedColumn(column.Column, figures, Disparities(figures));
    }

    public SliceFigures Measure(Slice slice, int[] rows)
    {
        IReadOnlyDictionary<string, MetricEstimate> measured = rows.Length >= leastRows ? metrics.Measure(rows) : new SortedDictionary<string, MetricEstimate>(StringComparer.Ordinal);
        if (predictions.Task == LearningTask.Multiclass || rows.Length == 0)
            return new SliceFigures(slice, rows.Length, null, null, null, measured);
        double targets = 0, scores = 0;
        long selected = 0;
        foreach (int row in rows)
        {
            targets += predictions.Targets[row];
            scores += predictions.Scores[row];
            selected += predictions.Task == LearningTask.Binary ? predictions.Predicted(row) : 0;
        }

        double? rate = predictions.Task == LearningTask.Binary ? (double)selected / rows.Length : null;
        return new SliceFigures(slice, rows.Length, Finite(targets / rows.Length), Finite(scores / rows.Length), rate, measured);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private Disparity[] Disparities(IReadOnlyList<SliceFigures> figures)
    {
        SliceFigures[] large = [.. figures.Where(slice => slice.Rows >= leastRows)];
        if (large.Length < 2)
            return [];
        var disparities = new List<Disparity>();
        foreach (string metric in Evaluation.HoldOutMetricNames(predictions.Task))
        {
            (string Label, MetricEstimate Estimate)[] values = [.. large.Where(slice => slice.Metrics.ContainsKey(metric)).Select(slice => (slice.Slice.Label, slice.Metrics[metric]))];
            if (values.Length >= 2)
                disparities.Add(Of(metric, values, Evaluation.HigherIsBetter(metric)));
        }

        if (predictions.Task == LearningTask.Binary)
        {
            (string, MetricEstimate)[] rates = [.. large.Select(slice =>
            {
                Interval interval = Intervals.Wilson(slice.SelectionRate!.Value, slice.Rows, reach);
                return (slice.Slice.Label, new MetricEstimate(slice.SelectionRate.Value, interval.Low, interval.High));
            })];
            disparities.Add(Of("selectionRate", rates, higherIsBetter: true));
        }

        return [.. disparities];
    }

    private Disparity Of(string metric, (string Label, MetricEstimate Estimate)[] values, bool higherIsBetter)
    {
        (string Label, MetricEstimate Estimate) most = values.MaxBy(value => value.Estimate.Value);
        (string Label, MetricEstimate Estimate) least = values.MinBy(value => value.Estimate.Value);
        double difference = most.Estimate.Value - least.Estimate.Value;
        double? error = DeterministicMath.Sqrt(Square(Error(most.Estimate)) + Square(Error(least.Estimate)));
        double pairs = values.Length * (values.Length - 1) / 2.0;
        double? p = error is > 0 and < double.PositiveInfinity ? Math.Min(1, pairs * NormalDistribution.TwoSided(difference / error.Value)) : null;
        return new Disparity(
            metric,
            difference,
            most.Estimate.Value > 0 ? least.Estimate.Value / most.Estimate.Value : null,
            higherIsBetter ? most.Label : least.Label,
            higherIsBetter ? least.Label : most.Label,
            p);
    }

    /// <summary>The standard error that an interval stands for.</summary>
    private double Error(MetricEstimate estimate) =>
        estimate is { Low: { } low, High: { } high } ? (high - low) / (2 * reach) : double.PositiveInfinity;

    private static double Square(double value) => value * value;
}
