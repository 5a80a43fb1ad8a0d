using System.Globalization;

namespace MlServerless.Samples;

/// <summary>Decimal numbers as whole numbers of their last digit, so that no binary fraction is ever printed.</summary>
internal static class Fixed
{
    private static readonly long[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    /// <summary>Rounds half up to a whole number of the last digit.</summary>
    public static long Round(double value, int digits) => (long)Math.Floor((value * Powers[digits]) + 0.5);

    public static double ToDouble(long units, int digits) => (double)units / Powers[digits];

    public static string Format(long units, int digits)
    {
        if (digits == 0)
            return units.ToString(CultureInfo.InvariantCulture);
        long magnitude = Math.Abs(units);
        string whole = (magnitude / Powers[digits]).ToString(CultureInfo.InvariantCulture);
        string fraction = (magnitude % Powers[digits]).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
        return units < 0 ? $"-{whole}.{fraction}" : $"{whole}.{fraction}";
    }
}
