using MlServerless.Data;
using MlServerless.Learning.Evaluations;

namespace MlServerless.Learning.Metrics;

/// <summary>Measures calibration.</summary>
internal static class CalibrationTable
{
    private const int Bins = 10;

    public static Calibration Measure(Predictions predictions, double reach) =>
        predictions.Task == LearningTask.Regression ? OfValues(predictions, reach) : OfProbabilities(predictions, reach);

    private static Calibration OfProbabilities(Predictions predictions, double reach)
    {
        var rows = new long[Bins];
        var predicted = new double[Bins];
        var observed = new long[Bins];
        var variance = new double[Bins];
        bool binary = predictions.Task == LearningTask.Binary;
        foreach (int row in predictions.Labelled)
        {
            int best = binary ? 1 : predictions.Predicted(row);
            double probability = binary ? predictions.Scores[row] : predictions.Scores[(row * predictions.Outputs) + best];
            int bin = BinOf(probability);
            rows[bin]++;
            predicted[bin] += probability;
            observed[bin] += predictions.Class(row) == best ? 1 : 0;
            variance[bin] += probability * (1 - probability);
        }

        var bins = new List<CalibrationBin>();
        double distance = 0, below = 0, above = 0, chance = 0;
        for (int b = 0; b < Bins; b++)
        {
            if (rows[b] == 0)
                continue;
            double share = (double)observed[b] / rows[b];
            Interval interval = Intervals.Wilson(share, rows[b], reach);
            bins.Add(new CalibrationBin(b * 0.1, b == Bins - 1 ? 1 : (b + 1) * 0.1, rows[b], predicted[b] / rows[b], share, interval.Low, interval.High));
            double apart = Math.Abs(observed[b] - predicted[b]);
            double error = reach * DeterministicMath.Sqrt(rows[b] * share * (1 - share));
            distance += apart;

            // The interval of a sum from those of its parts, as in Intervals.Mean; a distance does not fall below 0.
            below += Math.Min(apart, error) * Math.Min(apart, error);
            above += error * error;
            chance += DeterministicMath.Sqrt(variance[b] * 2 / Math.PI);
        }

        double n = predictions.Labelled.Length;
        if (n == 0)
            return new Calibration([], null, null, null);
        var ece = new MetricEstimate(distance / n, Math.Max(0, distance - DeterministicMath.Sqrt(below)) / n, Math.Min(1, (distance + DeterministicMath.Sqrt(above)) / n));
        return new Calibration(bins, ece, chance / n, binary ? Spiegelhalter(predictions) : null);
    }

    /// <summary>The bin of scikit-learn's calibration_curve: a value on an edge is in the lower bin.</summary>
    private static int BinOf(double probability)
    {
        int bin = 0;
        while (bin < Bins - 1 && probability > (bin + 1) * 0.1)
            bin++;
        return bin;
    }

    private static double? Spiegelhalter(Predictions predictions)
    {
        double sum = 0, variance = 0;
        foreach (int row in predictions.Labelled)
        {
            double p = predictions.Scores[row];
            sum += (predictions.Targets[row] - p) * (1 - (2 * p));
            variance += (1 - (2 * p)) * (1 - (2 * p)) * p * (1 - p);
        }

        return variance > 0 ? NormalDistribution.TwoSided(sum / DeterministicMath.Sqrt(variance)) : null;
    }

    private static Calibration OfValues(Predictions predictions, double reach)
    {
        int[] order = predictions.Rank(predictions.Labelled, 0);
        var bins = new List<CalibrationBin>();
        for (int b = 0, start = 0; b < Bins; b++)
        {
            int end = (int)((long)order.Length * (b + 1) / Bins);
            while (end > start && end < order.Length && predictions.Scores[order[end]] == predictions.Scores[order[end - 1]])
                end++;
            if (end <= start)
                continue;
            double predicted = 0, observed = 0, squares = 0;
            foreach (int row in order.AsSpan(start, end - start))
            {
                predicted += predictions.Scores[row];
                observed += predictions.Targets[row];
            }

            int count = end - start;
            predicted /= count;
            observed /= count;
            foreach (int row in order.AsSpan(start, count))
                squares += (predictions.Targets[row] - observed) * (predictions.Targets[row] - observed);
            double error = DeterministicMath.Sqrt(squares / Math.Max(1, count - 1) / count);
            Interval interval = Intervals.Normal(observed, error, reach);
            if (double.IsFinite(predicted) && double.IsFinite(interval.Low) && double.IsFinite(interval.High))
                bins.Add(new CalibrationBin(predictions.Scores[order[start]], predictions.Scores[order[end - 1]], count, predicted, observed, interval.Low, interval.High));
            start = end;
        }

        return new Calibration(bins, null, null, null);
    }
}
