namespace MlServerless.Data;

/// <summary>
/// An unevaluated sum of two doubles, about 106 bits, after Dekker (1971) and Knuth. Only + - * / of IEEE 754, so the
/// bits are the same on every machine.
/// </summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    /// <summary>2^27 + 1, which splits a double into two halves of 26 bits.</summary>
    private const double Splitter = 134217729.0;

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble sum = Sum(a.High, b.High);
        return Normalize(sum.High, sum.Low + (a.Low + b.Low));
    }

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble product = Product(a.High, b.High);
        return Normalize(product.High, product.Low + (a.High * b.Low + a.Low * b.High));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        double first = a.High / b.High;
        DoubleDouble rest = a + -(b * new DoubleDouble(first, 0));
        double second = rest.High / b.High;
        rest += -(b * new DoubleDouble(second, 0));
        return Normalize(first, second) + new DoubleDouble(rest.High / b.High, 0);
    }

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    /// <summary>a + b without error.</summary>
    internal static DoubleDouble Sum(double a, double b)
    {
        double sum = a + b;
        double part = sum - a;
        return new DoubleDouble(sum, (a - (sum - part)) + (b - part));
    }

    /// <summary>a × b without error, unless it over- or underflows.</summary>
    internal static DoubleDouble Product(double a, double b)
    {
        double product = a * b;
        double scaled = Splitter * a;
        double aHigh = scaled - (scaled - a);
        double aLow = a - aHigh;
        scaled = Splitter * b;
        double bHigh = scaled - (scaled - b);
        double bLow = b - bHigh;
        return new DoubleDouble(product, ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow);
    }

    private static DoubleDouble Normalize(double high, double low)
    {
        double sum = high + low;
        return new DoubleDouble(sum, low - (sum - high));
    }
}
