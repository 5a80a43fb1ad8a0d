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
    public void Pack_SumOfAllRowsAtTheirLargest_DoesNotOverflow(int rows, int hessianExponent)
    {
        var format = new GradientFormat(rows, hessianExponent);
        Int128 gradients = (Int128)format.PackGradient(GradientFormat.MaxGradient) * rows;
        Int128 hessians = (Int128)format.PackHessian(Math.ScaleB(1, hessianExponent)) * rows;
        Assert.True(gradients <= long.MaxValue);
        Assert.True(hessians <= long.MaxValue);
        Assert.Equal(rows, format.Count((long)hessians));
        Assert.Equal(Math.ScaleB(rows, hessianExponent), format.Hessian((long)hessians), 1e-6 * rows);
        Assert.Equal(GradientFormat.MaxGradient * rows, format.Gradient((long)gradients), 1e-6 * rows);
    }

    [Fact]
    public void Pack_AMillionRows_KeepsEightDigits()
    {
        var format = new GradientFormat(1_000_000, -2);
        Assert.Equal(-0.123456789012, format.Gradient(format.PackGradient(-0.123456789012)), 1e-11);
        Assert.Equal(0.123456789, format.Hessian(format.PackHessian(0.123456789)), 1e-7);
    }
}
