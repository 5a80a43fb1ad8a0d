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
    public void Metrics_Many_ShowsTheMainOnesInFixedOrder() =>
        Assert.Equal("auc 0.8600  logLoss 0.4000", Show.Metrics(new Dictionary<string, double> { ["logLoss"] = 0.4, ["brier"] = 0.1, ["auc"] = 0.86 }));
}
