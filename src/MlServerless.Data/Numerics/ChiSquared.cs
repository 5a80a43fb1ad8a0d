namespace MlServerless.Data;

/// <summary>The chi-squared distribution.</summary>
internal static class ChiSquared
{
    private const double SqrtPi = 1.77245385090551602730;
    private const int MostIterations = 10_000;

    /// <summary>
    /// The probability of a value above x: the regularized upper incomplete gamma function Q(degrees / 2, x / 2), by its series below
    /// degrees / 2 + 1 and its continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31, the latter by Lentz's method).
    /// </summary>
    /// <param name="x">At least 0.</param>
    /// <param name="degrees">1 to 200.</param>
    internal static double Survival(double x, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degrees, 200);
        double a = degrees / 2.0;
        double z = x / 2;
        if (!(z > 0))
            return 1;
        double scale = DeterministicMath.Exp(a * DeterministicMath.Log(z) - z) / Gamma(degrees);
        return Math.Clamp(z < a + 1 ? 1 - scale * Series(a, z) : scale * Fraction(a, z), 0, 1);
    }

    private static double Series(double a, double z)
    {
        double term = 1 / a;
        double sum = term;
        for (int i = 1; i < MostIterations && term > sum * 1e-17; i++)
        {
            term *= z / (a + i);
            sum += term;
        }

        return sum;
    }

    private static double Fraction(double a, double z)
    {
        const double tiny = 1e-300;
        double b = z + 1 - a;
        double c = 1 / tiny;
        double d = 1 / b;
        double result = d;
        for (int i = 1; i < MostIterations; i++)
        {
            double numerator = -i * (i - a);
            b += 2;
            d = numerator * d + b;
            d = 1 / (Math.Abs(d) < tiny ? tiny : d);
            c = b + numerator / c;
            c = Math.Abs(c) < tiny ? tiny : c;
            double factor = d * c;
            result *= factor;
            if (Math.Abs(factor - 1) < 1e-15)
                break;
        }

        return result;
    }

    /// <summary>Γ(degrees / 2).</summary>
    private static double Gamma(int degrees)
    {
        double gamma = degrees % 2 == 0 ? 1 : SqrtPi;
        for (double factor = degrees % 2 == 0 ? 1 : 0.5; factor < degrees / 2.0; factor++)
            gamma *= factor;
        return gamma;
    }
}
