using System.Runtime.Intrinsics;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Tests.Gbdt;

public class GradientFormatTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(100, -2)]
    [InlineData(1_000_000, -2)]
    [InlineData(1_000_000, 0)]
    [InlineData(50_000_000, -2)]
    [InlineData(int.MaxValue, 0)]
    public void Pack_SumOfAllRowsAtTheirLargest_DoesNotOverflow(int rows, int hessianExponent)
    {
        var format = new GradientFormat(rows, hessianExponent);
        Vector128<long> row = GradientFormat.Widen(format.Pack(-GradientFormat.MaxGradient, Math.ScaleB(1, hessianExponent)), format.CountBits);
        Int128 hessians = (Int128)row[0] * rows;
        Int128 gradients = (Int128)row[1] * rows;
        Assert.True(gradients >= long.MinValue);
        Assert.True(hessians <= long.MaxValue);
        Assert.Equal(rows, format.Count((long)hessians));
        Assert.Equal(Math.ScaleB(rows, hessianExponent), format.Hessian((long)hessians), 1e-6 * rows);
        Assert.Equal(-GradientFormat.MaxGradient * rows, format.Gradient((long)gradients), 1e-6 * rows);
    }

    [Fact]
    public void Pack_AMillionRows_KeepsSevenDigits()
    {
        var format = new GradientFormat(1_000_000, -2);
        Vector128<long> row = GradientFormat.Widen(format.Pack(-0.123456789, 0.123456789), format.CountBits);
        Assert.Equal(-0.123456789, format.Gradient(row[1]), 4e-9);
        Assert.Equal(0.123456789, format.Hessian(row[0]), 4e-8);
        Assert.Equal(1, format.Count(row[0]));
    }
}
