using MlServerless.Data;

namespace MlServerless.Learning.Metrics;

/// <summary>The standard normal distribution, with the same bits on every machine.</summary>
internal static class NormalDistribution
{
    private const double InverseSqrtTwoPi = 0.398942280401432677939946;

    // Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988), for probabilities of at least 1.4e-11.
    private static readonly double[] CentreNumerator =
    [
        2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
        13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080,
    ];

    private static readonly double[] CentreDenominator =
    [
        5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867,
        5394.1960214247511077, 687.18700749205790830, 42.313330701600911252, 1,
    ];

    private static readonly double[] TailNumerator =
    [
        7.74545014278341407640e-4, 0.0227238449892691845833, 0.241780725177450611770, 1.27045825245236838258,
        3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
    ];

    private static readonly double[] TailDenominator =
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 0.0151986665636164571966, 0.148103976427480074590,
        0.689767334985100004550, 1.67638483018380384940, 2.05319162663775882187, 1,
    ];

    /// <summary>The value below which a fraction of the distribution lies.</summary>
    /// <param name="probability">From 1e-10 to 1 - 1e-10.</param>
    public static double Quantile(double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(probability, 1e-10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1 - 1e-10);
        double q = probability - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - (q * q);
            return q * Polynomial(CentreNumerator, r) / Polynomial(CentreDenominator, r);
        }

        double tail = DeterministicMath.Sqrt(-DeterministicMath.Log(q < 0 ? probability : 1 - probability)) - 1.6;
        double value = Polynomial(TailNumerator, tail) / Polynomial(TailDenominator, tail);
        return q < 0 ? -value : value;
    }

    /// <summary>How many standard errors an interval that holds that fraction reaches to either side: 1.96 for 0.95.</summary>
    public static double Reach(double confidence) => Quantile(0.5 + (confidence / 2));

    /// <summary>The probability of a value at least as far from 0 as this one, to either side.</summary>
    public static double TwoSided(double z)
    {
        double x = Math.Abs(z);
        if (double.IsNaN(x))
            return double.NaN;
        if (x > 38)
            return 0;
        double density = InverseSqrtTwoPi * DeterministicMath.Exp(-0.5 * x * x);
        return Math.Clamp(x < 3 ? 1 - (2 * density * Series(x)) : 2 * density / Fraction(x), 0, 1);
    }

    /// <summary>x + x³/3 + x⁵/(3·5) + …, which times the density is the probability between 0 and x.</summary>
    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int i = 3; term > sum * 1e-17; i += 2)
        {
            term *= x * x / i;
            sum += term;
        }

        return sum;
    }

    /// <summary>x + 1/(x + 2/(x + 3/…)), by which the density is divided for the tail above x.</summary>
    private static double Fraction(double x)
    {
        double value = x;
        for (int i = 120; i >= 1; i--)
            value = x + (i / value);
        return value;
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        double value = 0;
        foreach (double coefficient in coefficients)
            value = (value * x) + coefficient;
        return value;
    }
}
