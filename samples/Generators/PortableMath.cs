namespace MlServerless.Samples;

/// <summary>The few functions needed, from additions, multiplications and divisions alone: the C library's differ in their last bits between platforms.</summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;
    private const double InverseLn2 = 1.44269504088896340736;

    /// <summary>e to the power of <paramref name="x"/> for −700 ≤ x ≤ 700, to about 1 part in 10¹⁴.</summary>
    public static double Exp(double x)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(x, -700);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x, 700);
        double power = Math.Floor((x * InverseLn2) + 0.5);
        double rest = x - (power * Ln2);
        // |rest| ≤ ln 2 / 2: the Taylor series has converged after 14 terms.
        double sum = 1;
        for (int n = 14; n >= 1; n--)
            sum = 1 + (rest * sum / n);
        return sum * BitConverter.Int64BitsToDouble(((long)power + 1023) << 52);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static double Logistic(double x) => 1 / (1 + Exp(-Math.Clamp(x, -700, 700)));
}
