namespace MlServerless.Learning.Metrics;

/// <summary>Metrics of predicted numbers.</summary>
internal static class RegressionMetrics
{
    public static void AddTo(IDictionary<string, double> metrics, ReadOnlySpan<double> targets, ReadOnlySpan<double> scores)
    {
        double squares = 0, absolute = 0, relative = 0, sum = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double error = scores[i] - targets[i];
            squares += error * error;
            absolute += Math.Abs(error);
            relative += Relative(error, targets[i]);
            sum += targets[i];
        }
        double mean = sum / targets.Length;
        double spread = 0;
        foreach (double target in targets)
            spread += (target - mean) * (target - mean);
        metrics["rmse"] = Math.Sqrt(squares / targets.Length);
        metrics["mae"] = absolute / targets.Length;
        metrics["mape"] = relative / targets.Length;
        if (spread > 0)
            metrics["r2"] = 1 - squares / spread;
    }

    /// <summary>The error relative to the target. A target of 0 makes it infinite, and the metric absent.</summary>
    public static double Relative(double error, double target) =>
        error == 0 && target == 0 ? double.PositiveInfinity : Math.Abs(error / target);
}
