namespace MlServerless.Learning.Explanations;

/// <summary>
/// Puts contributions on a grid on which they can be added in any order without rounding, and so that they make up the difference
/// between base value and raw score.
/// </summary>
internal static class FixedPoint
{
    private const int Bits = 52;
    private const int LeastExponent = -1021;

    /// <summary>Rounds to multiples of a power of two and gives what remains to the largest contribution.</summary>
    /// <remarks>With S = |base| + |raw| + Σ|contribution| the unit is 2^-52 of a power of two between S and 2 S: all partial sums are exact.</remarks>
    public static void Settle(double baseValue, double raw, Span<double> contributions)
    {
        if (contributions.Length == 0)
            return;
        double size = Math.Abs(baseValue) + Math.Abs(raw);
        foreach (double value in contributions)
            size += Math.Abs(value);
        if (size == 0 || !double.IsFinite(size))
            return;
        int exponent = Math.Max(Math.ILogB(size) + 1 - Bits, LeastExponent);
        double rest = Units(raw - baseValue, exponent);
        int largest = 0;
        for (int i = 0; i < contributions.Length; i++)
        {
            contributions[i] = Units(contributions[i], exponent);
            rest -= contributions[i];
            if (Math.Abs(contributions[i]) > Math.Abs(contributions[largest]))
                largest = i;
        }
        contributions[largest] += rest;
        for (int i = 0; i < contributions.Length; i++)
            // A negative zero becomes zero.
            contributions[i] = Math.ScaleB(contributions[i], exponent) + 0.0;
    }

    private static double Units(double value, int exponent) => Math.Round(Math.ScaleB(value, -exponent), MidpointRounding.ToEven);
}
