using System.Text;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class GatesSectionTests
{
    private static PipelineSpec Parse(string more, string task = "binary") =>
        SpecParser.Parse(Encoding.UTF8.GetBytes($$"""{"task":"{{task}}","label":"y","candidates":[{"trainer":"gbdt"}],{{more}}}"""));

    [Fact]
    public void Parse_Everything_IsRead()
    {
        PipelineSpec spec = Parse("""
            "problem":{"intendedUse":"Whom to call.","notFor":"Prices.","target":"Left within a quarter.","costOfErrors":{"falsePositive":1,"falseNegative":5,"unit":"EUR"},"owner":"crm","approver":"risk","contact":"crm@example.com","limits":"No firms."},
            "evaluation":{"slices":["region","age"],"threshold":0.3,"minSliceRows":100,"confidence":0.9},
            "gates":{"maximum":{"ece":0.05,"cost":2},"significance":"notWorse","maxModelBytes":1000000,"maxLatencyMicroseconds":500,
              "slices":{"minimum":{"recall":0.5},"maxDifference":{"auc":0.1},"minRatio":{"selectionRate":0.8},"noneWorse":true},
              "rules":[{"name":"sure","expression":"auc.low >= 0.8"}],
              "rowRules":[{"name":"calm","expression":"probability <= 0.99 or prediction = 'yes'","maxFailingFraction":0.01}]}
            """);
        Assert.Equal(new ErrorCosts(1, 5), spec.Problem!.Costs);
        Assert.Equal(("crm", "risk"), (spec.Problem.Owner, spec.Problem.Approver));
        Assert.Equal((0.3, 100, 0.9), (spec.Evaluation.Threshold, spec.Evaluation.MinSliceRows, spec.Evaluation.Confidence));
        Assert.Equal(["region", "age"], spec.Evaluation.Slices);
        Assert.Equal((GateSignificance.NotWorse, 1000000L, 500.0), (spec.Gates.Significance, spec.Gates.MaxModelBytes, spec.Gates.MaxLatencyMicroseconds));
        Assert.True(spec.Gates.Slices!.NoneWorse);
        Assert.Equal(0.8, spec.Gates.Slices.MinRatio["selectionRate"]);
        Assert.Equal(new GateRuleSpec("calm", "probability <= 0.99 or prediction = 'yes'", 0.01), spec.Gates.RowRules[0]);
    }

    [Fact]
    public void Parse_Nothing_AsksForAGainBeyondChance()
    {
        PipelineSpec spec = Parse("\"metric\":\"auc\"");
        Assert.Null(spec.Problem);
        Assert.Equal((GateSignificance.Better, 0.0, null), (spec.Gates.Significance, spec.Gates.MinGain, spec.Gates.Slices));
        Assert.Equal(new EvaluationSpec().MinSliceRows, spec.Evaluation.MinSliceRows);
    }

    [Theory]
    [InlineData("""gates":{"maximum":{"cost":1}}""", "$.gates.maximum.cost", "costOfErrors")]
    [InlineData("""gates":{"slices":{"minimum":{"auc":0.5}}}""", "$.gates.slices", "evaluation.slices")]
    [InlineData("""gates":{"minimum":{"rmse":1}}""", "$.gates.minimum.rmse", "no metric here of a binary task")]
    [InlineData("""gates":{"slices":{"minimum":{"ece":1}}},"evaluation":{"slices":["a"]}""", "$.gates.slices.minimum.ece", "no metric here")]
    [InlineData("""gates":{"slices":{"minimum":{"auc":0.9},"maximum":{"auc":0.8}}},"evaluation":{"slices":["a"]}""", "$.gates.slices.minimum", "no candidate can pass")]
    [InlineData("""gates":{"significance":"yes"}""", "$.gates.significance", "none of better")]
    [InlineData("""gates":{"significance":"notWorse","minGain":0.1}""", "$.gates.minGain", "asks for a gain")]
    [InlineData("""gates":{"rules":[{"name":"a","expression":"acu > 1"}]}""", "$.gates.rules[0].expression", "there is no figure 'acu'; did you mean 'auc'?")]
    [InlineData("""gates":{"rules":[{"name":"a","expression":"auc >"}]}""", "$.gates.rules[0].expression", "expected")]
    [InlineData("""gates":{"rules":[{"name":"a"}]}""", "$.gates.rules[0].expression", "is missing")]
    [InlineData("""gates":{"rules":[{"name":"a","expression":"auc > 0"},{"name":"a","expression":"auc > 0"}]}""", "$.gates.rules[1].name", "two rules")]
    [InlineData("""gates":{"rowRules":[{"name":"a","expression":"prediction > 1"}]}""", "$.gates.rowRules[0].expression", "")]
    [InlineData("""evaluation":{"slices":["y"]}""", "$.evaluation.slices", "names the label")]
    [InlineData("""evaluation":{"slices":["t"]},"columns":{"t":{"type":"text"}}""", "$.evaluation.slices", "declared as text")]
    [InlineData("""problem":{"costOfErrors":{"falsePositive":1}}""", "$.problem.costOfErrors.falseNegative", "is missing")]
    public void Parse_Faults_AreToldWithTheirPaths(string section, string path, string message)
    {
        IReadOnlyList<ProblemDetail> errors = Assert.Throws<ProblemException>(() => Parse("\"" + section)).Errors;
        Assert.Contains(errors, error => error.Path == path && error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_ThresholdAndCostsOfARegression_AreRefused()
    {
        IReadOnlyList<ProblemDetail> errors = Assert.Throws<ProblemException>(() => Parse("""
            "evaluation":{"threshold":0.3},"problem":{"costOfErrors":{"falsePositive":1,"falseNegative":1}}
            """, "regression")).Errors;
        Assert.Equal(["$.evaluation.threshold", "$.problem.costOfErrors"], errors.Select(error => error.Path));
    }
}
