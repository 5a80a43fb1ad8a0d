namespace MlServerless.Learning.Metrics;

/// <summary>Metrics of probabilities of class 1.</summary>
internal static class BinaryMetrics
{
    private const double Threshold = 0.5;

    public static void AddTo(IDictionary<string, double> metrics, ReadOnlySpan<double> targets, ReadOnlySpan<double> scores)
    {
        long truePositive = 0, falsePositive = 0, positive = 0;
        double logLoss = 0, brier = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            bool actual = targets[i] == 1;
            bool predicted = scores[i] >= Threshold;
            positive += actual ? 1 : 0;
            truePositive += actual && predicted ? 1 : 0;
            falsePositive += !actual && predicted ? 1 : 0;
            logLoss += LogLossTerm.Of(actual ? scores[i] : 1 - scores[i]);
            double error = scores[i] - (actual ? 1 : 0);
            brier += error * error;
        }
        long negative = targets.Length - positive;
        long trueNegative = negative - falsePositive;
        long falseNegative = positive - truePositive;
        metrics["logLoss"] = logLoss / targets.Length;
        metrics["brier"] = brier / targets.Length;
        metrics["accuracy"] = (double)(truePositive + trueNegative) / targets.Length;
        if (truePositive + falsePositive > 0)
            metrics["precision"] = (double)truePositive / (truePositive + falsePositive);
        if (positive > 0)
            metrics["recall"] = (double)truePositive / positive;
        if (truePositive + falsePositive + falseNegative > 0)
            metrics["f1"] = 2.0 * truePositive / (2 * truePositive + falsePositive + falseNegative);
        if (positive == 0 || negative == 0)
            return;
        metrics["balancedAccuracy"] = ((double)truePositive / positive + (double)trueNegative / negative) / 2;
        (metrics["auc"], metrics["prAuc"]) = Areas(targets, scores, positive, negative);
    }

    /// <summary>
    /// The area under the ROC curve as the share of pairs in the right order, ties counting half, and the average precision:
    /// precision at each distinct score weighted by the recall gained there.
    /// </summary>
    private static (double Auc, double AveragePrecision) Areas(ReadOnlySpan<double> targets, ReadOnlySpan<double> scores, long positive, long negative)
    {
        double[] order = scores.ToArray();
        double[] actual = targets.ToArray();
        Array.Sort(order, actual);
        long halfPairs = 0;
        long positivesAbove = 0;
        long rowsAbove = 0;
        double averagePrecision = 0;
        for (int end = order.Length; end > 0;)
        {
            int start = end - 1;
            while (start > 0 && order[start - 1] == order[end - 1])
                start--;
            long positives = 0;
            for (int i = start; i < end; i++)
                positives += actual[i] == 1 ? 1 : 0;
            long negatives = end - start - positives;
            // Pairs of these negatives with positives above them count 2, with positives beside them 1.
            halfPairs += negatives * (2 * positivesAbove + positives);
            positivesAbove += positives;
            rowsAbove += end - start;
            averagePrecision += (double)positives / positive * ((double)positivesAbove / rowsAbove);
            end = start;
        }
        return (halfPairs / (2.0 * positive * negative), averagePrecision);
    }
}
