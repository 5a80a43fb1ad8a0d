using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MlServerless.Data;

namespace MlServerless.Learning.Numerics;

/// <summary>
/// <see cref="DeterministicMath.Sigmoid"/> of many values at once, to the same bits: the same additions, multiplications and divisions, four lanes
/// wide. What is beyond ± 700 goes the single way.
/// </summary>
internal static class VectorSigmoid
{
    private const double Limit = 700;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700;

    /// <summary>1/14!, 1/13!, …, 1/2!: the coefficients of e^r from the power 14 down to the power 2.</summary>
    private static ReadOnlySpan<double> Series =>
    [
        1.0 / 87178291200, 1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
        1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2,
    ];

    /// <param name="results">As long as <paramref name="values"/>; may be the same memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(ReadOnlySpan<double> values, Span<double> results)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= values.Length - Vector256<double>.Count; i += Vector256<double>.Count)
            {
                Vector256<double> x = Vector256.Create(values.Slice(i, Vector256<double>.Count));
                if (Vector256.LessThanAll(Vector256.Abs(x), Vector256.Create(Limit)))
                    Four(x).CopyTo(results[i..]);
                else
                    OneByOne(values.Slice(i, Vector256<double>.Count), results[i..]);
            }
        }
        OneByOne(values[i..], results[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(Vector256<double> x)
    {
        Vector256<double> power = Exp(-Vector256.Abs(x));
        Vector256<double> numerator = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256<double>.Zero), Vector256<double>.One, power);
        return numerator / (Vector256<double>.One + power);
    }

    /// <summary>e to the power of values between −700 and 0, step by step as <see cref="DeterministicMath.Exp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Exp(Vector256<double> x)
    {
        Vector256<double> k = Vector256.Floor(x * InverseLn2 + Vector256.Create(0.5));
        Vector256<double> a = x - k * Ln2High;
        Vector256<double> b = Vector256<double>.Zero - k * Ln2Low;
        (Vector256<double> r, Vector256<double> low) = Sum(a, b);
        Vector256<double> series = Vector256.Create(Series[0]);
        for (int i = 1; i < Series.Length; i++)
            series = Vector256.Create(Series[i]) + r * series;
        Vector256<double> tail = r * r * series;
        (Vector256<double> high, Vector256<double> rest) = Sum(Vector256<double>.One, r);
        Vector256<double> power = high + (rest + (tail + low * (Vector256<double>.One + r)));
        // Beside 1.5 × 2^52, the last bits of a double are those of a whole number.
        Vector256<long> exponent = (k + Vector256.Create(6755399441055744.0)).AsInt64();
        return power * Vector256.ShiftLeft(exponent + Vector256.Create(1023L), 52).AsDouble();
    }

    /// <summary>a + b without error.</summary>
    private static (Vector256<double> Sum, Vector256<double> Error) Sum(Vector256<double> a, Vector256<double> b)
    {
        Vector256<double> sum = a + b;
        Vector256<double> part = sum - a;
        return (sum, (a - (sum - part)) + (b - part));
    }

    private static void OneByOne(ReadOnlySpan<double> values, Span<double> results)
    {
        for (int i = 0; i < values.Length; i++)
            results[i] = DeterministicMath.Sigmoid(values[i]);
    }
}
