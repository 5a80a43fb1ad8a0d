using MlServerless.Data;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>
/// How good the predictions of a binary model are to be expected, without labels: confidence-based performance estimation. A calibrated probability says how
/// often it is right, so the expected confusion matrix follows from the probabilities alone. It does not see what the model does not see: a new relation
/// between features and label.
/// </summary>
/// <param name="Now">Expected metrics of the current predictions.</param>
/// <param name="AtTraining">The same of the predictions on the validation part.</param>
/// <param name="Measured">What was measured there: as far as it differs from <paramref name="AtTraining"/>, the probabilities are not calibrated.</param>
public sealed record EstimatedPerformance(IReadOnlyDictionary<string, double> Now, IReadOnlyDictionary<string, double> AtTraining, IReadOnlyDictionary<string, double> Measured)
{
    internal static EstimatedPerformance? Of(TableSketch? now, TableSketch? atTraining, IReadOnlyDictionary<string, double> measured)
    {
        if (now is not { Rows: > 0 } || atTraining is not { Rows: > 0 })
            return null;
        IReadOnlyDictionary<string, double> before = Metrics(atTraining);
        return new EstimatedPerformance(Metrics(now), before, new SortedDictionary<string, double>(measured.Where(metric => before.ContainsKey(metric.Key)).ToDictionary(), StringComparer.Ordinal));
    }

    private static IReadOnlyDictionary<string, double> Metrics(TableSketch predictions)
    {
        double rows = 0, positives = 0, truePositives = 0, trueNegatives = 0, positiveCalls = 0, brier = 0, logLoss = 0, ordered = 0;
        foreach ((double value, long count) in SketchFigures.Numbers(predictions.Columns[0]))
        {
            double p = Math.Clamp(value, 0, 1);
            double safe = Math.Clamp(p, 1e-15, 1 - 1e-15);
            double negativesBefore = rows - positives;
            ordered += count * p * (negativesBefore + (0.5 * count * (1 - p)));
            rows += count;
            positives += count * p;
            brier += count * p * (1 - p);
            logLoss -= count * ((p * DeterministicMath.Log(safe)) + ((1 - p) * DeterministicMath.Log(1 - safe)));
            if (p >= 0.5)
            {
                positiveCalls += count;
                truePositives += count * p;
            }
            else
            {
                trueNegatives += count * (1 - p);
            }
        }

        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["accuracy"] = (truePositives + trueNegatives) / rows,
            ["brier"] = brier / rows,
            ["logLoss"] = logLoss / rows,
        };
        double negatives = rows - positives;
        if (positives > 0 && negatives > 0)
            metrics["auc"] = ordered / (positives * negatives);
        if (positiveCalls > 0)
            metrics["precision"] = truePositives / positiveCalls;
        if (positives > 0)
            metrics["recall"] = truePositives / positives;
        if (truePositives > 0)
            metrics["f1"] = 2 * truePositives / (positiveCalls + positives);
        return metrics;
    }
}
