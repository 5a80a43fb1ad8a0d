using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>
/// The exact sum of doubles or of their squares, so that it depends on neither order nor grouping: a fixed-point
/// number over the whole range of exponents, kept in digits of 32 bits with room for carries (after Neal, "Fast exact
/// summation using small and large superaccumulators", 2015).
/// </summary>
internal sealed class ExactSum
{
    /// <summary>The weight of the lowest bit is 2^-Bias: below the square of the smallest subnormal number.</summary>
    private const int Bias = 2 * 1074 + 12;

    /// <summary>A mantissa as an integer is 2^(field - FieldBias) times too large.</summary>
    private const int FieldBias = 1075;

    private const int Digits = (Bias + 2 * 1024 + 96) / 32 + 1;

    /// <summary>Each addition adds less than 2^32 to a digit, so that this many never overflow 63 bits.</summary>
    private const int AdditionsBeforeCarry = 1 << 29;

    private readonly long[] digits = new long[Digits];
    private int additions;

    /// <summary>Adds a finite value so many times.</summary>
    internal void Add(double value, long count = 1)
    {
        (ulong mantissa, int exponent, bool negative) = Split(value);
        AddTimes(mantissa, (ulong)count, exponent + Bias, negative);
    }

    /// <summary>Adds the square of a finite value so many times.</summary>
    internal void AddSquare(double value, long count = 1)
    {
        (ulong mantissa, int exponent, _) = Split(value);
        ulong high = Math.BigMul(mantissa, mantissa, out ulong low);
        AddTimes(low, (ulong)count, 2 * exponent + Bias, negative: false);
        if (high != 0)
            AddTimes(high, (ulong)count, 2 * exponent + 64 + Bias, negative: false);
    }

    /// <summary>Adds a sum of signed mantissas of doubles that have this exponent field, which is not 0.</summary>
    internal void AddScaled(long mantissas, int exponentField) =>
        Add((ulong)Math.Abs(mantissas), exponentField - FieldBias + Bias, mantissas < 0);

    /// <summary>Adds a sum of squared mantissas (128 bits) of doubles that have this exponent field, which is not 0.</summary>
    internal void AddScaledSquares(ulong high, ulong low, int exponentField)
    {
        int shift = 2 * (exponentField - FieldBias) + Bias;
        Add(low, shift, negative: false);
        if (high != 0)
            Add(high, shift + 64, negative: false);
    }

    internal void Merge(ExactSum other)
    {
        Carry();
        other.Carry();
        for (int i = 0; i < Digits; i++)
            digits[i] += other.digits[i];
        Carry();
    }

    /// <summary>The sum as numerator × 2^-Bias.</summary>
    internal BigInteger Numerator()
    {
        BigInteger sum = BigInteger.Zero;
        for (int i = Digits - 1; i >= 0; i--)
            sum = (sum << 32) + digits[i];
        return sum;
    }

    /// <summary>The sum as "integer×2^exponent", both in decimal, the integer odd; "0" for zero.</summary>
    internal string ToText()
    {
        BigInteger numerator = Numerator();
        if (numerator.IsZero)
            return "0";
        int zeros = (int)BigInteger.TrailingZeroCount(numerator);
        return string.Create(CultureInfo.InvariantCulture, $"{numerator >> zeros}p{zeros - Bias}");
    }

    /// <exception cref="JsonException">It was not written by <see cref="ToText"/>.</exception>
    internal static ExactSum Parse(string text)
    {
        var sum = new ExactSum();
        if (text == "0")
            return sum;
        int separator = text.IndexOf('p', StringComparison.Ordinal);
        if (separator is < 1 or > 1400
            || !BigInteger.TryParse(text.AsSpan(0, separator), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger integer)
            || !int.TryParse(text.AsSpan(separator + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent)
            || exponent < -Bias || exponent + Bias + integer.GetBitLength() > 32 * (Digits - 1))
            throw new JsonException($"'{(text.Length > 40 ? text[..40] : text)}' is not an exact sum.");
        BigInteger numerator = BigInteger.Abs(integer) << (exponent + Bias);
        for (int i = 0; i < Digits && !numerator.IsZero; i++)
        {
            sum.digits[i] = (long)(uint)(numerator & uint.MaxValue) * integer.Sign;
            numerator >>= 32;
        }

        return sum;
    }

    /// <summary>The double nearest to numerator / denominator (ties to even). The denominator is above 0.</summary>
    internal static double Divide(BigInteger numerator, BigInteger denominator)
    {
        if (numerator.IsZero)
            return 0;
        bool negative = numerator.Sign < 0;
        numerator = BigInteger.Abs(numerator);

        // A quotient of 66 or 67 bits, its last bit set where something remains, so that the cast below rounds once.
        int shift = 66 - (int)(numerator.GetBitLength() - denominator.GetBitLength());
        (numerator, denominator) = shift > 0 ? (numerator << shift, denominator) : (numerator, denominator << -shift);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        if (!rest.IsZero)
            quotient |= BigInteger.One;
        double value = RoundToDouble(quotient, -shift);
        return negative ? -value : value;
    }

    /// <summary>The double nearest to sum / count for a sum at this class's scale.</summary>
    internal static double Mean(BigInteger numerator, long count) => Divide(numerator, new BigInteger(count) << Bias);

    /// <summary>The sample variance (n - 1) from a sum and a sum of squares at this class's scale.</summary>
    internal static double Variance(BigInteger sum, BigInteger squares, long count) =>
        count < 2 ? double.NaN : Divide((squares << Bias) * count - sum * sum, (new BigInteger(count) * (count - 1)) << (2 * Bias));

    private static double RoundToDouble(BigInteger value, int exponent)
    {
        int excess = Math.Max((int)value.GetBitLength() - 53, -1074 - exponent);
        if (excess > 0)
        {
            BigInteger rest = value & ((BigInteger.One << excess) - 1);
            BigInteger half = BigInteger.One << (excess - 1);
            value >>= excess;
            if (rest > half || (rest == half && !value.IsEven))
                value += 1;
            exponent += excess;
        }

        return Math.ScaleB((double)value, exponent);
    }

    private static (ulong Mantissa, int Exponent, bool Negative) Split(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        ulong mantissa = bits & 0x000FFFFFFFFFFFFF;
        if (exponent == 0)
            exponent = 1;
        else
            mantissa |= 1UL << 52;
        return (mantissa, exponent - FieldBias, (long)bits < 0);
    }

    private void AddTimes(ulong mantissa, ulong count, int shift, bool negative)
    {
        ulong high = Math.BigMul(mantissa, count, out ulong low);
        Add(low, shift, negative);
        if (high != 0)
            Add(high, shift + 64, negative);
    }

    private void Add(ulong mantissa, int shift, bool negative)
    {
        int digit = shift >> 5;
        int offset = shift & 31;
        ulong low = mantissa << offset;
        ulong high = offset == 0 ? 0 : mantissa >> (64 - offset);
        long sign = negative ? -1 : 1;
        digits[digit] += sign * (long)(uint)low;
        digits[digit + 1] += sign * (long)(low >> 32);
        digits[digit + 2] += sign * (long)high;
        if (++additions == AdditionsBeforeCarry)
            Carry();
    }

    /// <summary>Brings every digit but the highest into 0 … 2^32 - 1.</summary>
    private void Carry()
    {
        for (int i = 0; i < Digits - 1; i++)
        {
            digits[i + 1] += digits[i] >> 32;
            digits[i] &= uint.MaxValue;
        }

        additions = 0;
    }
}
