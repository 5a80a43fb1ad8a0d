using System.Numerics;
using System.Text.Json;
using FsCheck;

namespace MlServerless.Data.Tests.Numerics;

public class ExactSumTests
{
    [Fact]
    public void Add_AnyOrderAndGrouping_GivesTheSameText() =>
        Properties.Check(
            from values in Gen.ArrayOf(AnyFinite())
            from cut in Gen.Choose(0, values.Length)
            select (Values: values, Cut: cut),
            sample =>
            {
                ExactSum forward = SumOf(sample.Values);
                ExactSum merged = SumOf(Enumerable.Reverse(sample.Values[sample.Cut..]));
                merged.Merge(SumOf(sample.Values[..sample.Cut]));
                Assert.Equal(forward.ToText(), merged.ToText());
                Assert.Equal(forward.ToText(), ExactSum.Parse(forward.ToText()).ToText());
            });

    [Fact]
    public void Add_ValuesThatCancel_LeavesWhatIsLeft()
    {
        ExactSum sum = SumOf([1e308, 1, double.Epsilon, -1e308, -1]);
        Assert.Equal("1p-1074", sum.ToText());
        sum.Add(-double.Epsilon);
        Assert.Equal("0", sum.ToText());
    }

    [Fact]
    public void Mean_OfTenths_IsRoundedOnce()
    {
        ExactSum sum = SumOf(Enumerable.Repeat(0.1, 1_000_000));
        Assert.Equal(0.1, ExactSum.Mean(sum.Numerator(), 1_000_000));
    }

    [Fact]
    public void AddSquare_AnyValues_IsExact() =>
        Properties.Check(
            Gen.ListOf(Gen.Choose(-1_000_000, 1_000_000)),
            integers =>
            {
                var squares = new ExactSum();
                foreach (int integer in integers)
                    squares.AddSquare(integer / 1024.0);
                BigInteger expected = integers.Aggregate(BigInteger.Zero, (sum, integer) => sum + (BigInteger)integer * integer);
                Assert.Equal(ExactSum.Divide(expected, BigInteger.One << 20), ExactSum.Mean(squares.Numerator(), 1));
            });

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(-double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(0.0)]
    [InlineData(3.5)]
    public void AddSquare_Extremes_Fit(double value)
    {
        var squares = new ExactSum();
        for (int i = 0; i < 1000; i++)
            squares.AddSquare(value);
        Assert.Equal(squares.ToText(), ExactSum.Parse(squares.ToText()).ToText());
    }

    [Fact]
    public void Variance_LargeOffset_LosesNothing()
    {
        var sum = new ExactSum();
        var squares = new ExactSum();
        foreach (double value in new[] { 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16 })
        {
            sum.Add(value);
            squares.AddSquare(value);
        }

        Assert.Equal(30, ExactSum.Variance(sum.Numerator(), squares.Numerator(), 4));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("p3")]
    [InlineData("1p99999")]
    [InlineData("1p-99999")]
    [InlineData("xp1")]
    public void Parse_OtherText_Throws(string text) => Assert.Throws<JsonException>(() => ExactSum.Parse(text));

    private static ExactSum SumOf(IEnumerable<double> values)
    {
        var sum = new ExactSum();
        foreach (double value in values)
            sum.Add(value);
        return sum;
    }

    private static Gen<double> AnyFinite() =>
        from bits in Properties.Bits64
        let value = BitConverter.Int64BitsToDouble(bits)
        select double.IsFinite(value) ? value : 1.5;
}
