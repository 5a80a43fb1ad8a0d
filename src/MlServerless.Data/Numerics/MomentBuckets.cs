using System.Numerics;
using System.Runtime.CompilerServices;

namespace MlServerless.Data;

/// <summary>
/// Sums of the mantissas of doubles and of their squares, one for each exponent: the fast half of an <see cref="ExactSum"/> (the
/// "large superaccumulator" of Neal, 2015). Integers only, so that the order does not matter.
/// </summary>
internal sealed class MomentBuckets
{
    /// <summary>How many values fit: mantissas have 53 bits and their sums 63.</summary>
    internal const int Capacity = 1 << 10;

    private const int Exponents = 1 << 11;
    private const ulong MantissaMask = (1UL << 52) - 1;

    private readonly Bucket[] buckets = new Bucket[Exponents];

    /// <summary>Adds the values to the sums, in runs that fit into the buckets.</summary>
    internal void Add(ReadOnlySpan<double> values, ExactSum sum, ExactSum squares)
    {
        while (!values.IsEmpty)
        {
            ReadOnlySpan<double> run = values[..Math.Min(values.Length, Capacity)];
            (int lowest, int highest) = Collect(run, sum, squares);
            Flush(lowest, highest, sum, squares);
            values = values[run.Length..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Lowest, int Highest) Collect(ReadOnlySpan<double> values, ExactSum sum, ExactSum squares)
    {
        Bucket[] all = buckets;
        uint lowest = uint.MaxValue;
        uint highest = 0;
        foreach (double value in values)
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(value);
            ulong magnitude = bits & ~(1UL << 63);
            if (magnitude - 1 < MantissaMask)
            {
                // The subnormal numbers share their exponent with the next ones.
                sum.Add(value);
                squares.AddSquare(value);
                continue;
            }

            // Zero falls into the bucket of exponent 0, to which it adds nothing and which is never looked at.
            uint exponent = (uint)(magnitude >> 52);
            ulong mantissa = magnitude & MantissaMask | (exponent == 0 ? 0 : 1UL << 52);
            lowest = Math.Min(lowest, exponent - 1);
            highest = Math.Max(highest, exponent);
            ref Bucket bucket = ref all[(int)exponent];
            long sign = (long)bits >> 63;
            bucket.Sum += ((long)mantissa ^ sign) - sign;
            ulong high = Math.BigMul(mantissa, mantissa, out ulong low);
            low += bucket.SquaresLow;
            bucket.SquaresHigh += high + (low < bucket.SquaresLow ? 1UL : 0);
            bucket.SquaresLow = low;
        }

        return lowest == uint.MaxValue ? (1, 0) : ((int)lowest + 1, (int)highest);
    }

    private void Flush(int lowest, int highest, ExactSum sum, ExactSum squares)
    {
        for (int exponent = lowest; exponent <= highest; exponent++)
        {
            ref Bucket bucket = ref buckets[exponent];
            if ((bucket.SquaresLow | bucket.SquaresHigh) == 0)
                continue;
            sum.AddScaled(bucket.Sum, exponent);
            squares.AddScaledSquares(bucket.SquaresHigh, bucket.SquaresLow, exponent);
            bucket = default;
        }
    }

    private struct Bucket
    {
        internal long Sum;
        internal ulong SquaresLow;
        internal ulong SquaresHigh;
    }
}
