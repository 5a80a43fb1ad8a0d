using MlServerless.Data;
using MlServerless.Learning.Metrics;

namespace MlServerless.Learning.Evaluations.Slicing;

/// <summary>
/// Looks through the slices of every feature for those on which the mean loss is above that of all other rows, beyond chance.
/// One pass per feature over the losses; only what is reported is measured in full.
/// </summary>
internal sealed class WeakSliceSearch(Predictions predictions, SliceTable table, int leastRows, double confidence)
{
    public const int MostColumns = 200;
    private const int MostReported = 10;

    /// <param name="columns">Cut one after the other, so that only one is held at a time.</param>
    public (IReadOnlyList<WeakSlice> Weak, int Slices) Search(IEnumerable<ColumnSlices> columns)
    {
        (double sum, double squares) = Sums();
        int n = predictions.Labelled.Length;
        int looked = 0;
        var found = new List<Candidate>();
        foreach (ColumnSlices column in columns)
        {
            found.AddRange(Look(column, sum, squares, n, ref looked));
            if (found.Count > MostReported * 4)
                found = [.. Worst(found)];
        }

        // Every comparison that was made may have come out so by chance.
        double level = 1 - confidence;
        var weak = new List<WeakSlice>();
        double reach = NormalDistribution.Reach(confidence);
        foreach (Candidate candidate in Worst(found))
        {
            double p = Math.Min(1, candidate.PValue * looked);
            if (p >= level)
                continue;
            int[] rows = candidate.Rows(predictions);
            double difference = candidate.Loss - candidate.OtherLoss;
            weak.Add(new WeakSlice(
                table.Measure(candidate.Slice, rows), candidate.Loss, candidate.OtherLoss, difference - (reach * candidate.Error), difference + (reach * candidate.Error), p));
        }

        return (weak, looked);
    }

    private static IEnumerable<Candidate> Worst(IEnumerable<Candidate> candidates) => candidates
        .OrderByDescending(candidate => candidate.Loss - candidate.OtherLoss)
        .ThenBy(candidate => candidate.Slice.Label, StringComparer.Ordinal)
        .Take(MostReported);

    private (double Sum, double Squares) Sums()
    {
        double sum = 0, squares = 0;
        foreach (int row in predictions.Labelled)
        {
            double loss = predictions.Losses[row];
            sum += loss;
            squares += loss * loss;
        }

        return (sum, squares);
    }

    private List<Candidate> Look(ColumnSlices column, double sum, double squares, int n, ref int looked)
    {
        int count = column.Slices.Count;
        var rows = new long[count];
        var sums = new double[count];
        var squareSums = new double[count];
        double[] losses = predictions.Losses;
        foreach (int row in predictions.Labelled)
        {
            int slice = column.OfRow[row];
            rows[slice]++;
            sums[slice] += losses[row];
            squareSums[slice] += losses[row] * losses[row];
        }

        var found = new List<Candidate>();
        for (int s = 0; s < count; s++)
        {
            long others = n - rows[s];
            if (rows[s] < leastRows || others < leastRows)
                continue;
            looked++;
            double loss = sums[s] / rows[s], other = (sum - sums[s]) / others;
            double error = DeterministicMath.Sqrt(Variance(sums[s], squareSums[s], rows[s]) + Variance(sum - sums[s], squares - squareSums[s], others));
            double difference = loss - other;
            if (!(difference > 0) || !double.IsFinite(difference) || !(error > 0))
                continue;

            // One side only: better than elsewhere is no weakness.
            double p = NormalDistribution.TwoSided(difference / error) / 2;
            if (p < 1 - confidence)
                found.Add(new Candidate(column, s, loss, other, error, p));
        }

        return [.. Worst(found)];
    }

    /// <summary>Of a mean.</summary>
    private static double Variance(double sum, double squares, long count) => Math.Max(0, squares - (sum * sum / count)) / (count - 1.0) / count;

    private sealed record Candidate(ColumnSlices Column, int Index, double Loss, double OtherLoss, double Error, double PValue)
    {
        public Slice Slice => Column.Slices[Index];

        public int[] Rows(Predictions predictions)
        {
            int[] order = predictions.Task == LearningTask.Binary ? predictions.Ranked : predictions.Labelled;
            return [.. order.Where(row => Column.OfRow[row] == Index)];
        }
    }
}
