using MlServerless.Demo.Output;

namespace Samples.Tests.Demo;

public class ShowTests
{
    [Theory]
    [InlineData(0.86149, "0.8615")]
    [InlineData(-0.5, "-0.5000")]
    [InlineData(54_321.6, "54,322")]
    public void Figure_SmallAndLarge_HasTheDigitsThatMatter(double value, string expected) => Assert.Equal(expected, Show.Figure(value));

    [Fact]
    public void Metrics_AnyOrder_IsSortedByName() =>
        Assert.Equal("auc 0.8600  rmse 1,200", Show.Metrics(new Dictionary<string, double> { ["rmse"] = 1200, ["auc"] = 0.86 }));
}
