using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class CheckSectionTests
{
    private static PipelineSpec Parse(string more) =>
        SpecParser.Parse(Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],{{more}}}"""));

    [Fact]
    public void Parse_Full_ReadsEveryField()
    {
        CheckSpec checks = Parse("""
            "columns":{"end":{"type":"dateTime"},"start":{"type":"dateTime"}},
            "checks":{"minimumRows":50,"toleratedFraction":0.1,"leastRowRatio":0.7,"mostRowRatio":2,"maxDuplicateFraction":0.2,"leakScore":0.9,
              "shift":{"minimumRows":40,"psi":0.2,"wasserstein":0.3,"rateChange":0.4,"unseenRate":0.5},
              "rules":[{"name":"dates","expression":"end >= start","severity":"blocking","maxFailingFraction":0.01}],
              "severities":{"out-of-range":"blocking"}}
            """).Checks;
        Assert.Equal((50, 0.1, 0.7, 2.0, 0.2, 0.9), (checks.MinimumRows, checks.ToleratedFraction, checks.LeastRowRatio, checks.MostRowRatio, checks.MaxDuplicateFraction, checks.LeakScore));
        Assert.Equal(new DriftOptions { MinimumRows = 40, Psi = 0.2, Wasserstein = 0.3, RateChange = 0.4, UnseenRate = 0.5 }, checks.Shift);
        Assert.Equal([new RuleSpec("dates", "end >= start", Severity.Blocking, 0.01)], checks.Rules);
        Assert.Equal(Severity.Blocking, checks.Severities[FindingCodes.OutOfRange]);
    }

    [Theory]
    [InlineData(""" "checks":{"rules":[{"name":"a","expression":"x >= 0 adn x < 5"}]} """, "$.checks.rules[0].expression", "at character 8: an operator or the end is expected, found 'adn' (did you mean 'and'?)")]
    [InlineData(""" "checks":{"rules":[{"name":"a","expression":"x > 0"},{"name":"b","expression":"end >= start"}]} """, "$.checks.rules[1].expression", "declare it under 'columns'")]
    [InlineData(""" "checks":{"rules":[{"name":"a"}]} """, "$.checks.rules[0].expression", "is missing")]
    [InlineData(""" "checks":{"rules":[{"expression":"x > 0"}]} """, "$.checks.rules[0].name", "is missing")]
    [InlineData(""" "checks":{"rules":[{"name":"a","expression":"x > 0"},{"name":"a","expression":"x > 1"}]} """, "$.checks.rules[1].name", "its own name")]
    [InlineData(""" "checks":{"rules":[{"name":"a","expression":"x > 0","severity":"fatal"}]} """, "$.checks.rules[0].severity", "\"warning\" or \"blocking\"")]
    [InlineData(""" "checks":{"rules":{}} """, "$.checks.rules", "expected an array")]
    [InlineData(""" "checks":{"severities":{"out-of-rang":"blocking"}} """, "$.checks.severities['out-of-rang']", "did you mean 'out-of-range'?")]
    [InlineData(""" "checks":{"severities":{"missing-label":"warning"}} """, "$.checks.severities['missing-label']", "always blocks")]
    [InlineData(""" "columns":{"c":{"type":"category","minDistinct":5,"maxDistinct":2}} """, "$.columns.c.maxDistinct", "below minDistinct")]
    [InlineData(""" "columns":{"c":{"type":"category","requiredIn":["production"]}} """, "$.columns.c.requiredIn", "\"training\" or \"serving\"")]
    [InlineData(""" "columns":{"c":{"type":"category","requiredIn":["serving"],"forbiddenIn":["serving"]}} """, "$.columns.c.forbiddenIn", "take it out")]
    public void Parse_Fault_IsNamedWithItsPathAndMend(string more, string path, string mend)
    {
        ProblemDetail error = Assert.Single(Assert.Throws<ProblemException>(() => Parse(more)).Errors);
        Assert.Equal(path, error.Path);
        Assert.Contains(mend, error.Message, StringComparison.Ordinal);
    }
}
