using FsCheck;

namespace MlServerless.Data.Tests.Numerics;

public class MomentBucketsTests
{
    [Fact]
    public void Add_AnyValues_IsTheExactSum() =>
        Properties.Check(
            from count in Gen.Choose(0, 60)
            from repeats in Gen.Elements(1, 40)
            from bits in Gen.ArrayOf(count, Properties.Bits64)
            from scale in Gen.Elements(0, 1)
            select Enumerable.Repeat(bits, repeats).SelectMany(all => all)
                .Select(value => scale == 0 ? value % 1000 / 8.0 : BitConverter.Int64BitsToDouble(value)).Where(double.IsFinite).ToArray(),
            AssertExact,
            300);

    [Fact]
    public void Add_LargestMantissas_DoNotOverflow()
    {
        double largest = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(2.0) - 1);
        AssertExact([.. Enumerable.Repeat(largest, MomentBuckets.Capacity + 7)]);
        AssertExact([.. Enumerable.Repeat(-largest, MomentBuckets.Capacity)]);
        AssertExact([.. Enumerable.Repeat(double.MaxValue, MomentBuckets.Capacity)]);
    }

    [Fact]
    public void Add_ZerosAndSubnormals_AreExact() =>
        AssertExact([0, -0.0, double.Epsilon, -double.Epsilon, 3 * double.Epsilon, double.Epsilon * (1L << 51), 2.2250738585072014E-308, 0, 1]);

    private static void AssertExact(double[] values)
    {
        var moments = new MomentBuckets();
        var (sum, squares) = (new ExactSum(), new ExactSum());
        moments.Add(values, sum, squares);
        var (expectedSum, expectedSquares) = (new ExactSum(), new ExactSum());
        foreach (double value in values)
        {
            expectedSum.Add(value);
            expectedSquares.AddSquare(value);
        }

        Assert.Equal(expectedSum.ToText(), sum.ToText());
        Assert.Equal(expectedSquares.ToText(), squares.ToText());
    }
}
