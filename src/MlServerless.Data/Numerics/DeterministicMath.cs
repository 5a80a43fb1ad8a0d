namespace MlServerless.Data;

/// <summary>
/// Elementary functions that give the same bits on every machine: only IEEE 754 additions, multiplications, divisions
/// and bit operations, no fused multiply-add, no C library. <see cref="Math"/> calls the platform's library, whose
/// results differ in the last bit between platforms. Errors are below 1 unit in the last place (2 for
/// <see cref="Sigmoid"/>), below 1.5 where the result is subnormal.
/// </summary>
public static class DeterministicMath
{
    private const double SqrtHalf = 0.70710678118654752440;

    // ln 2 in two parts; the first has 32 trailing zero bits, so that its product with an exponent is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700;

    private const double LargestExponent = 709.782712893383973096;
    private const double SmallestExponent = -745.13321910194110842;

    private static readonly DoubleDouble Ln2 = new(0.693147180559945286227, 2.319046813846299558418e-17);

    /// <summary>1/3, 1/5, …, 1/33 in double-double: the series of artanh(s)/s - 1 in powers of s².</summary>
    private static readonly DoubleDouble[] ArtanhSeries =
        [.. Enumerable.Range(1, 16).Select(i => new DoubleDouble(1, 0) / new DoubleDouble(2 * i + 1, 0))];

    /// <summary>The natural logarithm; NaN below 0, negative infinity at 0.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || x == double.PositiveInfinity)
            return x == 0 ? double.NegativeInfinity : x < 0 ? double.NaN : x;
        int exponent = Reduce(ref x);
        return LogOnePlus(x - 1, 0, exponent);
    }

    /// <summary>The natural logarithm of 1 + x, exact to the last places where x is small.</summary>
    public static double Log1p(double x)
    {
        if (!(x > -1) || x == double.PositiveInfinity)
            return x == -1 ? double.NegativeInfinity : x < -1 ? double.NaN : x;
        if (x is > -0.29289 and < 0.41421)
            return Math.Abs(x) < 1e-300 ? x : LogOnePlus(x, 0, 0);

        // What the sum 1 + x loses comes back as a correction, relative to the reduced sum.
        DoubleDouble sum = DoubleDouble.Sum(1, x);
        double reduced = sum.High;
        int exponent = Reduce(ref reduced);
        return LogOnePlus(reduced - 1, sum.Low / sum.High, exponent);
    }

    /// <summary>e to the power of x.</summary>
    public static double Exp(double x) => Exp(x, 0);

    /// <summary>x to the power of y, with the special cases of IEEE 754-2019 (pow).</summary>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1)
            return 1;
        if (double.IsNaN(x) || double.IsNaN(y))
            return double.NaN;
        bool odd = IsOddInteger(y);
        if (x == 0 || double.IsInfinity(x) || double.IsInfinity(y))
            return PowAtBorder(x, y, odd);
        if (x < 0 && y != Math.Floor(y))
            return double.NaN;

        // Beyond these every base but ±1 over- or underflows, and the products below would, too.
        double magnitude = Math.Abs(x);
        double result;
        if (magnitude == 1)
        {
            result = 1;
        }
        else if (Math.Abs(y) > 1e19)
        {
            result = magnitude > 1 == y > 0 ? double.PositiveInfinity : 0;
        }
        else
        {
            DoubleDouble exponent = LogExtended(magnitude) * new DoubleDouble(y, 0);
            result = Exp(exponent.High, exponent.Low);
        }

        return x < 0 && odd ? -result : result;
    }

    /// <summary>The square root, which IEEE 754 rounds exactly.</summary>
    public static double Sqrt(double x) => Math.Sqrt(x);

    /// <summary>1 / (1 + e^-x).</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0)
            return 1 / (1 + Exp(-x));
        double power = Exp(x);
        return power / (1 + power);
    }

    /// <summary>Brings a positive finite x between √½ and √2; returns the power of two taken out.</summary>
    private static int Reduce(ref double x)
    {
        int exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0; // 2^54 makes a subnormal number normal
            exponent = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1022;
        x = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000);
        if (x < SqrtHalf)
        {
            x *= 2;
            exponent--;
        }

        return exponent;
    }

    /// <summary>exponent × ln 2 + ln(1 + f) + correction by artanh: with s = f / (2 + f), ln(1 + f) = 2 artanh(s) = f - s (f - R(s²)).</summary>
    private static double LogOnePlus(double f, double correction, int exponent)
    {
        double s = f / (2 + f);
        double z = s * s;

        // 2/3 + 2/5 z + 2/7 z² + …, with z below 0.0295: the first term left out is below 2^-60.
        double series = z * (2.0 / 3 + z * (2.0 / 5 + z * (2.0 / 7 + z * (2.0 / 9 + z * (2.0 / 11 + z * (2.0 / 13
            + z * (2.0 / 15 + z * (2.0 / 17 + z * (2.0 / 19 + z * (2.0 / 21 + z * (2.0 / 23)))))))))));
        double halfSquare = 0.5 * f * f;
        double small = s * (halfSquare + series) + correction;
        return exponent == 0
            ? f - (halfSquare - small)
            : exponent * Ln2High - ((halfSquare - (small + exponent * Ln2Low)) - f);
    }

    private static DoubleDouble LogExtended(double x)
    {
        int exponent = Reduce(ref x);
        DoubleDouble s = DoubleDouble.Sum(x, -1) / DoubleDouble.Sum(x, 1);
        DoubleDouble z = s * s;
        DoubleDouble series = ArtanhSeries[^1];
        for (int i = ArtanhSeries.Length - 2; i >= 0; i--)
            series = series * z + ArtanhSeries[i];
        series = series * z * s + s;
        return Ln2 * new DoubleDouble(exponent, 0) + (series + series);
    }

    /// <summary>e to the power of high + low, where low is tiny beside high.</summary>
    private static double Exp(double high, double low)
    {
        if (double.IsNaN(high))
            return high;
        if (high > LargestExponent)
            return double.PositiveInfinity;
        if (high < SmallestExponent)
            return 0;

        double k = Math.Floor(high * InverseLn2 + 0.5);
        DoubleDouble reduced = DoubleDouble.Sum(high - k * Ln2High, low - k * Ln2Low);
        double r = reduced.High;

        // r²/2! + … + r^14/14!, |r| below 0.3466: the first term left out is below 2^-60.
        double square = r * r;
        double tail = square * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r * (1.0 / 5040
            + r * (1.0 / 40320 + r * (1.0 / 362880 + r * (1.0 / 3628800 + r * (1.0 / 39916800 + r * (1.0 / 479001600
            + r * (1.0 / 6227020800 + r * (1.0 / 87178291200)))))))))))));
        DoubleDouble lead = DoubleDouble.Sum(1, r);
        double power = lead.High + (lead.Low + (tail + reduced.Low * (1 + r)));
        return Scale(power, (int)k);
    }

    /// <summary>value × 2^exponent for a value near 1, rounding once.</summary>
    private static double Scale(double value, int exponent) =>
        exponent switch
        {
            > 1023 => value * 2 * PowerOfTwo(exponent - 1),
            < -1021 => value * PowerOfTwo(exponent + 200) * PowerOfTwo(-200),
            _ => value * PowerOfTwo(exponent),
        };

    private static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);

    private static bool IsOddInteger(double y) =>
        Math.Abs(y) < 9007199254740992.0 && y == Math.Floor(y) && ((long)y & 1) != 0;

    private static double PowAtBorder(double x, double y, bool odd)
    {
        if (double.IsInfinity(y))
        {
            double magnitude = Math.Abs(x);
            if (magnitude == 1)
                return 1;
            return magnitude > 1 == y > 0 ? double.PositiveInfinity : 0;
        }

        double result = x == 0 == y > 0 ? 0 : double.PositiveInfinity;
        return odd && double.IsNegative(x) ? -result : result;
    }
}
