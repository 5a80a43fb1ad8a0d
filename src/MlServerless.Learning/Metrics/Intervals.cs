using MlServerless.Data;

namespace MlServerless.Learning.Metrics;

/// <summary>Confidence intervals. All take the reach: how many standard errors to either side.</summary>
internal static class Intervals
{
    /// <summary>Wilson's interval of a proportion (1927), which stays inside 0 to 1 and holds for few rows.</summary>
    public static Interval Wilson(double proportion, double count, double reach)
    {
        double square = reach * reach;
        double centre = (proportion + (square / (2 * count))) / (1 + (square / count));
        double half = reach / (1 + (square / count)) * DeterministicMath.Sqrt((proportion * (1 - proportion) / count) + (square / (4 * count * count)));
        // The limits at 0 and at 1 are exact; rounding must not move them.
        return new Interval(proportion <= 0 ? 0 : Math.Max(0, centre - half), proportion >= 1 ? 1 : Math.Min(1, centre + half));
    }

    public static Interval Normal(double value, double standardError, double reach) => new(value - (reach * standardError), value + (reach * standardError));

    /// <summary>
    /// The interval of a value between 0 and 1, made on the scale of its logit, where it is nearer to a normal distribution
    /// and cannot leave 0 to 1. At 0 and 1 there is no such scale: there it is Wilson's of so many rows.
    /// </summary>
    public static Interval Logit(double value, double standardError, double count, double reach)
    {
        if (value is <= 0 or >= 1)
            return Wilson(Math.Clamp(value, 0, 1), count, reach);
        double logit = DeterministicMath.Log(value / (1 - value));
        double half = reach * standardError / (value * (1 - value));
        return new Interval(DeterministicMath.Sigmoid(logit - half), DeterministicMath.Sigmoid(logit + half));
    }

    /// <summary>The mean of independent values from the interval of each (Zou and Donner's method of variance estimates recovery, 2008).</summary>
    public static Interval Mean(IReadOnlyList<(double Value, Interval Interval)> parts)
    {
        double sum = 0, below = 0, above = 0;
        foreach ((double value, Interval interval) in parts)
        {
            sum += value;
            below += (value - interval.Low) * (value - interval.Low);
            above += (interval.High - value) * (interval.High - value);
        }

        return new Interval((sum - DeterministicMath.Sqrt(below)) / parts.Count, (sum + DeterministicMath.Sqrt(above)) / parts.Count);
    }
}
