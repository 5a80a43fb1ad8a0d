using System.Numerics;

namespace MlServerless.Data.Tests.Numerics;

/// <summary>Logarithm and exponential with 256 bits behind the point, to judge those of 53.</summary>
internal static class FixedPoint
{
    private const int Bits = 256;

    private static readonly BigInteger One = BigInteger.One << Bits;
    private static readonly BigInteger Ln2 = 2 * Artanh(One / 3);

    internal static BigInteger Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = bits & 0x000FFFFFFFFFFFFF;
        if (exponent == 0)
            exponent = 1;
        else
            mantissa |= BigInteger.One << 52;
        int shift = exponent - 1075 + Bits;
        BigInteger magnitude = shift >= 0 ? mantissa << shift : mantissa >> -shift;
        return bits < 0 ? -magnitude : magnitude;
    }

    /// <summary>The logarithm of a positive normal double plus, exactly, another double.</summary>
    internal static BigInteger Log(double value)
    {
        int exponent = Math.ILogB(value);
        BigInteger mantissa = Of(Math.ScaleB(value, -exponent));
        return exponent * Ln2 + LogOfMantissa(mantissa);
    }

    internal static BigInteger Log1p(double value)
    {
        BigInteger sum = One + Of(value);
        int exponent = (int)sum.GetBitLength() - 1 - Bits;
        return exponent * Ln2 + LogOfMantissa(exponent >= 0 ? sum >> exponent : sum << -exponent);
    }

    /// <summary>e to the power of x as a number with 256 bits behind the point, and the power of two it is to be multiplied with.</summary>
    internal static (BigInteger Mantissa, int Exponent) Exp(BigInteger x)
    {
        BigInteger quotient = BigInteger.DivRem(x, Ln2, out BigInteger rest);
        BigInteger sum = One;
        BigInteger term = One;
        for (int i = 1; !term.IsZero; i++)
        {
            term = (term * rest >> Bits) / i;
            sum += term;
        }

        return (sum, (int)quotient);
    }

    /// <summary>How far a double lies from an exact value × 2^exponent, in units of the double's last place.</summary>
    internal static double UlpsFrom(double actual, BigInteger exact, int exponent = 0)
    {
        double ulp = Math.BitIncrement(Math.Abs(actual)) - Math.Abs(actual);
        BigInteger difference = (Of(Math.ScaleB(actual, -exponent)) - exact) << 64;
        double unit = (double)(Of(Math.ScaleB(ulp, -exponent)) << 64);
        return Math.Abs((double)difference / unit);
    }

    private static BigInteger LogOfMantissa(BigInteger mantissa) =>
        2 * Artanh(((mantissa - One) << Bits) / (mantissa + One));

    private static BigInteger Artanh(BigInteger s)
    {
        BigInteger square = s * s >> Bits;
        BigInteger sum = BigInteger.Zero;
        BigInteger power = s;
        for (int i = 1; !power.IsZero && power != -1; i += 2)
        {
            sum += power / i;
            power = power * square >> Bits;
        }

        return sum;
    }
}
