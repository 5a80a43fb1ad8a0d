namespace MlServerless.Learning.Metrics;

/// <summary>Metrics of one probability per class; the prediction is the most probable class, of equally probable ones the first.</summary>
internal static class MulticlassMetrics
{
    public static void AddTo(IDictionary<string, double> metrics, ReadOnlySpan<double> targets, ReadOnlySpan<double> scores, int classes)
    {
        var actual = new long[classes];
        var predicted = new long[classes];
        var right = new long[classes];
        double logLoss = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            int target = (int)targets[i];
            ReadOnlySpan<double> row = scores.Slice(i * classes, classes);
            int best = MostProbable(row);
            actual[target]++;
            predicted[best]++;
            right[target] += best == target ? 1 : 0;
            logLoss += LogLossTerm.Of(row[target]);
        }
        metrics["logLoss"] = logLoss / targets.Length;
        metrics["accuracy"] = (double)right.Sum() / targets.Length;
        double recalls = 0, f1s = 0;
        int present = 0, seen = 0;
        for (int k = 0; k < classes; k++)
        {
            if (actual[k] > 0)
            {
                recalls += (double)right[k] / actual[k];
                present++;
            }
            if (actual[k] + predicted[k] > 0)
            {
                f1s += 2.0 * right[k] / (actual[k] + predicted[k]);
                seen++;
            }
        }
        metrics["balancedAccuracy"] = recalls / present;
        metrics["macroF1"] = f1s / seen;
    }

    public static int MostProbable(ReadOnlySpan<double> probabilities)
    {
        int best = 0;
        for (int k = 1; k < probabilities.Length; k++)
            if (probabilities[k] > probabilities[best])
                best = k;
        return best;
    }
}
