using MlServerless.Samples;

namespace Samples.Tests.Generators;

public class DiceTests
{
    [Fact]
    public void Normal_ManyDraws_HasMeanZeroAndDeviationOne()
    {
        var dice = new Dice(1, 2, 3);
        double[] draws = Enumerable.Range(0, 20_000).Select(_ => dice.Normal()).ToArray();
        Assert.InRange(draws.Average(), -0.03, 0.03);
        Assert.InRange(draws.Average(d => d * d), 0.96, 1.04);
    }

    [Fact]
    public void Count_ManyDraws_HasMeanAndVarianceOfPoisson()
    {
        var dice = new Dice(1, 2, 4);
        int[] draws = Enumerable.Range(0, 20_000).Select(_ => dice.Count(1.4)).ToArray();
        double mean = draws.Average();
        Assert.InRange(mean, 1.36, 1.44);
        Assert.InRange(draws.Average(d => (d - mean) * (d - mean)), 1.3, 1.5);
    }

    [Fact]
    public void Pick_ZeroWeight_IsNeverPicked()
    {
        var dice = new Dice(1, 2, 5);
        int[] counts = new int[3];
        for (int i = 0; i < 10_000; i++)
            counts[dice.Pick((0, 0.75), (1, 0.25), (2, 0))]++;
        Assert.InRange(counts[0], 7_300, 7_700);
        Assert.Equal(0, counts[2]);
    }

    [Fact]
    public void Integer_ManyDraws_ReachesBothEnds()
    {
        var dice = new Dice(1, 2, 6);
        Assert.Equal([3, 4, 5], Enumerable.Range(0, 1_000).Select(_ => dice.Integer(3, 5)).Distinct().Order());
    }

    [Fact]
    public void Exp_OverItsRange_EqualsTheExactValueToFourteenDigits()
    {
        for (double x = -40; x <= 40; x += 0.37)
            Assert.InRange(PortableMath.Exp(x) / Math.Exp(x), 1 - 1e-14, 1 + 1e-14);
        Assert.Equal(1, PortableMath.Exp(0));
        Assert.Equal(0.5, PortableMath.Logistic(0));
    }

    [Theory]
    [InlineData(1234, 2, "12.34")]
    [InlineData(-5, 2, "-0.05")]
    [InlineData(70, 1, "7.0")]
    [InlineData(-7, 0, "-7")]
    public void Fixed_Format_PlacesThePoint(long units, int digits, string expected) => Assert.Equal(expected, Fixed.Format(units, digits));
}
