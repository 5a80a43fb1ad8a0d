using System.Text;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class SourceSectionTests
{
    private static PipelineSpec Parse(string sections) => SpecParser.Parse(Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],{{sections}}}"""));

    [Fact]
    public void Parse_SourceAndConsumers_AreRead()
    {
        PipelineSpec spec = Parse("""
            "source":{"owner":"crm team","expectedEvery":"1.00:00:00","freshness":"3.00:00:00","minimumRowRatio":0.8},
            "consumers":[{"name":"billing","contact":"billing@example.com"},{"name":"web shop"}]
            """);
        Assert.Equal(new SourceSpec { Owner = "crm team", ExpectedEvery = TimeSpan.FromDays(1), Freshness = TimeSpan.FromDays(3), MinimumRowRatio = 0.8 }, spec.Source);
        Assert.Equal([new ConsumerSpec("billing", "billing@example.com"), new ConsumerSpec("web shop")], spec.Consumers);
    }

    [Fact]
    public void Parse_NothingPromised_IsNoSource()
    {
        PipelineSpec spec = Parse("\"seed\":1");
        Assert.Null(spec.Source);
        Assert.Empty(spec.Consumers);
        Assert.Null(Parse("\"source\":{\"owner\":\"a\"}").Source!.ExpectedEvery);
    }

    [Theory]
    [InlineData("\"source\":{\"expectedEvery\":\"01:00:00\"}", "$.source.owner", "missing")]
    [InlineData("\"source\":\"crm\"", "$.source", "expected an object")]
    [InlineData("\"source\":{\"owner\":\"a\",\"expectedEvery\":\"daily\"}", "$.source.expectedEvery", "1.00:00:00 for a day")]
    [InlineData("\"source\":{\"owner\":\"a\",\"expectedEvery\":\"00:00:59\"}", "$.source.expectedEvery", "from 00:01:00")]
    [InlineData("\"source\":{\"owner\":\"a\",\"expectedEvery\":\"-01:00:00\"}", "$.source.expectedEvery", "from 00:01:00")]
    [InlineData("\"source\":{\"owner\":\"a\",\"expectedEvery\":24}", "$.source.expectedEvery", "expected a string")]
    [InlineData("\"source\":{\"owner\":\"a\",\"freshness\":\"3651.00:00:00\"}", "$.source.freshness", "3650.00:00:00")]
    [InlineData("\"source\":{\"owner\":\"a\",\"expectedEvery\":\"2.00:00:00\",\"freshness\":\"1.00:00:00\"}", "$.source.freshness", "shorter than expectedEvery")]
    [InlineData("\"source\":{\"owner\":\"a\",\"minimumRowRatio\":1.5}", "$.source.minimumRowRatio", "from 0 to 1")]
    [InlineData("\"source\":{\"owner\":\"a\",\"freshnes\":\"1.00:00:00\"}", "$.source.freshnes", "did you mean 'freshness'?")]
    [InlineData("\"consumers\":{\"name\":\"a\"}", "$.consumers", "an array of up to 64")]
    [InlineData("\"consumers\":[\"a\"]", "$.consumers[0]", "expected an object")]
    [InlineData("\"consumers\":[{\"contact\":\"a\"}]", "$.consumers[0].name", "missing")]
    [InlineData("\"consumers\":[{\"name\":\"a\"},{\"name\":\"a\"}]", "$.consumers[1].name", "remove one")]
    [InlineData("\"consumers\":[{\"name\":\"a\",\"contact\":5}]", "$.consumers[0].contact", "expected a string")]
    [InlineData("\"consumers\":[{\"name\":\"a\",\"telephone\":\"b\"}]", "$.consumers[0].telephone", "known here")]
    public void Parse_Fault_IsNamedWithItsPathAndMend(string section, string path, string mend)
    {
        ProblemDetail error = Assert.Single(Assert.Throws<ProblemException>(() => Parse(section)).Errors);
        Assert.Equal(path, error.Path);
        Assert.Contains(mend, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:01:00", "00:05:00")]
    [InlineData("10:00:00", "01:00:00")]
    [InlineData("30.00:00:00", "1.00:00:00")]
    public void Grace_IsATenthWithinLimits(string every, string grace) =>
        Assert.Equal(TimeSpan.Parse(grace, null), SourceSpec.Grace(TimeSpan.Parse(every, null)));
}
