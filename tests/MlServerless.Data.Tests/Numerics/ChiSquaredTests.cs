namespace MlServerless.Data.Tests.Numerics;

public class ChiSquaredTests
{
    /// <summary>Closed forms: e^(-x/2) for 2 degrees, e^(-x/2)(1 + x/2) for 4; critical values of the tables for the others.</summary>
    [Theory]
    [InlineData(3.841458820694124, 1, 0.05)]
    [InlineData(6.6348966010212145, 1, 0.01)]
    [InlineData(18.307038053275146, 10, 0.05)]
    [InlineData(23.209251158954356, 10, 0.01)]
    [InlineData(124.34211340400407, 100, 0.05)]
    [InlineData(0, 5, 1)]
    [InlineData(1e6, 5, 0)]
    public void Survival_TabulatedValues(double x, int degrees, double expected) => Assert.Equal(expected, ChiSquared.Survival(x, degrees), 12);

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0)]
    [InlineData(5.0)]
    [InlineData(20.0)]
    [InlineData(100.0)]
    public void Survival_EvenDegrees_HaveClosedForms(double x)
    {
        Assert.Equal(Math.Exp(-x / 2), ChiSquared.Survival(x, 2), 14);
        Assert.Equal(Math.Exp(-x / 2) * (1 + x / 2), ChiSquared.Survival(x, 4), 14);
    }
}
