using FsCheck;

namespace MlServerless.Data.Tests.Numerics;

public class DeterministicMathTests
{
    [Fact]
    public void Log_AnyPositiveNumber_IsWithinOneUlp() =>
        Properties.Check(Doubles(1, 0x7FE), value => Assert.InRange(FixedPoint.UlpsFrom(DeterministicMath.Log(value), FixedPoint.Log(value)), 0, 1), 3000);

    [Fact]
    public void Log_NumberNearOne_IsWithinOneUlp() =>
        Properties.Check(
            Doubles(1019, 1024),
            value =>
            {
                if (value != 1)
                    Assert.InRange(FixedPoint.UlpsFrom(DeterministicMath.Log(value), FixedPoint.Log(value)), 0, 1);
            },
            3000);

    [Fact]
    public void Log1p_AnySmallNumber_IsWithinOneUlp() =>
        Properties.Check(
            from value in Doubles(940, 1030)
            from sign in Gen.Elements(1, -1)
            select value < 1 ? sign * value : value,
            value => Assert.InRange(FixedPoint.UlpsFrom(DeterministicMath.Log1p(value), FixedPoint.Log1p(value)), 0, 1),
            3000);

    [Fact]
    public void Exp_AnyNumberInRange_IsWithinOneUlp() =>
        Properties.Check(
            from value in Doubles(970, 1031)
            from sign in Gen.Elements(1, -1)
            select sign * value,
            value =>
            {
                if (value is > 709 or < -708)
                    return;
                (System.Numerics.BigInteger mantissa, int exponent) = FixedPoint.Exp(FixedPoint.Of(value));
                Assert.InRange(FixedPoint.UlpsFrom(DeterministicMath.Exp(value), mantissa, exponent), 0, 1);
            },
            3000);

    [Fact]
    public void Pow_AnyBaseAndExponent_IsWithinOneUlp() =>
        Properties.Check(
            from x in Doubles(1003, 1043)
            from y in Doubles(1003, 1027)
            from sign in Gen.Elements(1, -1)
            select (X: x, Y: sign * y),
            pair =>
            {
                System.Numerics.BigInteger exponent = FixedPoint.Log(pair.X) * FixedPoint.Of(pair.Y) >> 256;
                (System.Numerics.BigInteger mantissa, int power) = FixedPoint.Exp(exponent);
                if (power is > 1020 or < -1020)
                    return;
                Assert.InRange(FixedPoint.UlpsFrom(DeterministicMath.Pow(pair.X, pair.Y), mantissa, power), 0, 1);
            },
            2000);

    [Theory]
    [InlineData(10, 2, 100)]
    [InlineData(2, 10, 1024)]
    [InlineData(3, 3, 27)]
    [InlineData(-2, 3, -8)]
    [InlineData(-2, 4, 16)]
    [InlineData(2, -1, 0.5)]
    [InlineData(9, 0.5, 3)]
    [InlineData(10, 15, 1e15)]
    [InlineData(0, 3, 0)]
    [InlineData(0, -2, double.PositiveInfinity)]
    [InlineData(-2, 0.5, double.NaN)]
    [InlineData(double.NaN, 0, 1)]
    [InlineData(1, double.NaN, 1)]
    [InlineData(2, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(0.5, double.PositiveInfinity, 0)]
    [InlineData(-1, double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, 3, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, -1, 0)]
    [InlineData(2, 1e300, double.PositiveInfinity)]
    [InlineData(2, -1e300, 0)]
    [InlineData(2, 1023, 8.98846567431158e307)]
    [InlineData(2, -1074, 4.94065645841247e-324)]
    public void Pow_SpecialCases(double x, double y, double expected) => Assert.Equal(expected, DeterministicMath.Pow(x, y));

    [Fact]
    public void Exp_SpecialCases()
    {
        Assert.Equal(1, DeterministicMath.Exp(0));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(710));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(double.PositiveInfinity));
        Assert.Equal(0, DeterministicMath.Exp(-746));
        Assert.Equal(0, DeterministicMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.NaN, DeterministicMath.Exp(double.NaN));
        Assert.Equal(1.7976931348622732e308, DeterministicMath.Exp(709.782712893384));
        Assert.Equal(double.Epsilon, DeterministicMath.Exp(-745));
    }

    [Fact]
    public void Log_SpecialCases()
    {
        Assert.Equal(0, DeterministicMath.Log(1));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log(0));
        Assert.Equal(double.NaN, DeterministicMath.Log(-1));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Log(double.PositiveInfinity));
        Assert.Equal(double.NaN, DeterministicMath.Log(double.NaN));
        Assert.Equal(-744.4400719213812, DeterministicMath.Log(double.Epsilon));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log1p(-1));
        Assert.Equal(double.NaN, DeterministicMath.Log1p(-2));
        Assert.Equal(1e-310, DeterministicMath.Log1p(1e-310));
        Assert.Equal(0, DeterministicMath.Log1p(0));
    }

    [Fact]
    public void Sigmoid_IsMonotoneAndSymmetric()
    {
        Assert.Equal(0.5, DeterministicMath.Sigmoid(0));
        Assert.Equal(1, DeterministicMath.Sigmoid(double.PositiveInfinity));
        Assert.Equal(0, DeterministicMath.Sigmoid(double.NegativeInfinity));
        double before = 0;
        for (double x = -40; x <= 40; x += 0.25)
        {
            double value = DeterministicMath.Sigmoid(x);
            Assert.True(value >= before);
            Assert.Equal(1, value + DeterministicMath.Sigmoid(-x), 15);
            before = value;
        }
    }

    /// <summary>Bits that must never change, on any machine.</summary>
    [Fact]
    public void Functions_ManyArguments_HaveGoldenBits()
    {
        var hashed = new System.IO.MemoryStream();
        using var writer = new System.IO.BinaryWriter(hashed);
        for (int i = 1; i <= 5000; i++)
        {
            double x = i * 0.0137;
            writer.Write(DeterministicMath.Log(x));
            writer.Write(DeterministicMath.Exp(x - 30));
            writer.Write(DeterministicMath.Log1p(x - 0.01));
            writer.Write(DeterministicMath.Pow(x, 1.7));
            writer.Write(DeterministicMath.Sigmoid(x - 30));
        }

        Assert.Equal("4d72479695fadd7052f5df019bb7d8a5dc71b00d026cb7f05eb83dd468f9c138", ContentHash.Of(hashed.ToArray()).Hex);
    }

    private static Gen<double> Doubles(int fromExponent, int toExponent) =>
        from exponent in Gen.Choose(fromExponent, toExponent - 1)
        from bits in Properties.Bits64
        select BitConverter.Int64BitsToDouble((long)exponent << 52 | (bits & 0x000FFFFFFFFFFFFF));
}
