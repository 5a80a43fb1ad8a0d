namespace MlServerless.Soak.Drift;

/// <summary>How often something happened.</summary>
internal sealed record AlertRate(int Alerts, int Windows)
{
    internal double Rate => (double)Alerts / Windows;

    /// <summary>The upper 95 % confidence bound of the rate (Clopper and Pearson, one-sided).</summary>
    internal double UpperBound => Bound(probability => AtMost(Alerts, probability) > 0.05);

    /// <summary>The lower 95 % confidence bound of the rate.</summary>
    internal double LowerBound => Alerts == 0 ? 0 : Bound(probability => 1 - AtMost(Alerts - 1, probability) < 0.05);

    /// <summary>The largest probability for which the condition holds, which holds from 0 on up to it.</summary>
    private static double Bound(Func<double, bool> holds)
    {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (holds(middle))
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>The probability of so many alerts or fewer.</summary>
    private double AtMost(int alerts, double probability)
    {
        if (probability is 0 or 1)
            return probability == 0 || alerts == Windows ? 1 : 0;
        double log = Windows * Math.Log(1 - probability);
        double sum = 0;
        for (int i = 0; i <= alerts; i++)
        {
            sum += Math.Exp(log);
            log += Math.Log((double)(Windows - i) / (i + 1)) + Math.Log(probability / (1 - probability));
        }

        return sum;
    }
}
