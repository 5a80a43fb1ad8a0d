namespace MlServerless.Data.Tests.Drift;

public class HomogeneityTestTests
{
    [Fact]
    public void PValue_TwoByTwo_IsThatOfPearson()
    {
        // (50·40 - 30·60)² · 180 / (80·100·110·70) = 0.1169 with one degree of freedom.
        double p = HomogeneityTest.PValue(new FeatureBins([50, 30], [60, 40], ["a", "b"]));
        Assert.Equal(ChiSquared.Survival(200.0 * 200 * 180 / (80.0 * 100 * 110 * 70), 1), p, 12);
    }

    [Fact]
    public void PValue_FewRowsOfANewCategory_AreNoticedOneIsNot()
    {
        Assert.InRange(HomogeneityTest.PValue(new FeatureBins([50_000, 50_000, 0], [250, 245, 5], ["a", "b", "new"])), 0, 1e-8);
        Assert.InRange(HomogeneityTest.PValue(new FeatureBins([500, 500, 0], [250, 249, 1], ["a", "b", "new"])), 0.2, 1);
    }

    [Fact]
    public void PValue_NothingToCompare_IsOne()
    {
        Assert.Equal(1, HomogeneityTest.PValue(new FeatureBins([0, 0], [5, 5], ["a", "b"])));
        Assert.Equal(1, HomogeneityTest.PValue(new FeatureBins([100], [200], ["a"])));
        Assert.Equal(1, HomogeneityTest.PValue(new FeatureBins([10, 0], [1_000_000, 0], ["a", "b"])));
    }

    [Fact]
    public void Adjust_IsBenjaminiAndHochberg() =>
        Assert.Equal([0.05, 0.02, 0.05, 0.8], HomogeneityTest.Adjust([0.03, 0.005, 0.0375, 0.8]), new Tolerance());

    private sealed class Tolerance : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-12;

        public int GetHashCode(double value) => 0;
    }
}
