using System.Text;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class CanarySectionTests
{
    private static PipelineSpec Parse(string canary, string key = "") =>
        SpecParser.Parse(Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y",{{key}}"candidates":[{"trainer":"linear"}]{{canary}}}"""));

    [Fact]
    public void Read_Nothing_PromotesAtOnce() => Assert.Null(Parse("").Canary);

    [Fact]
    public void Read_Empty_FillsDefaultsAndTakesTheKeyAsEntity() =>
        Assert.Equal(new CanarySettings(10, "id", TimeSpan.FromDays(1)), Parse(""","canary":{}""", "\"key\":[\"id\"],").Canary);

    [Fact]
    public void Read_EveryField_IsTaken() => Assert.Equal(
        new CanarySettings(2.5, "customer", TimeSpan.FromHours(36), 50, 0.1, false),
        Parse(""","canary":{"percent":2.5,"entityColumn":"customer","bake":"1.12:00:00","minimumRequests":50,"maxErrorIncrease":0.1,"promote":false}""").Canary);

    [Theory]
    [InlineData("""{"percent":0}""", "$.canary.percent")]
    [InlineData("""{"percent":101}""", "$.canary.percent")]
    [InlineData("""{"bake":"soon"}""", "$.canary.bake")]
    [InlineData("""{"minimumRequests":1}""", "$.canary.minimumRequests")]
    [InlineData("""{"share":5}""", "$.canary.share")]
    public void Read_Fault_IsToldWithItsPath(string canary, string path) =>
        Assert.Contains(Assert.Throws<ProblemException>(() => Parse(",\"canary\":" + canary)).Errors, error => error.Path == path);
}
