using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class PipelineNameTests
{
    [Theory]
    [InlineData("churn")]
    [InlineData("a")]
    [InlineData("house-prices-2")]
    public void IsValid_GoodNames(string name) => Assert.True(PipelineName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("Churn")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("ä")]
    [InlineData("@ids")]
    public void Require_BadNames_AreRefusedWithTheRule(string? name)
    {
        Assert.False(PipelineName.IsValid(name));
        Assert.Contains("lower-case", Assert.Throws<ProblemException>(() => PipelineName.Require(name)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void IsValid_64Characters_IsTooLong() => Assert.False(PipelineName.IsValid(new string('a', 64)));
}
