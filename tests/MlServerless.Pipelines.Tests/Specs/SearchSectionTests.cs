using System.Text;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public class SearchSectionTests
{
    [Fact]
    public void Read_Grid_IsEveryCombinationInOneOrder()
    {
        PipelineSpec spec = Parse("""{"kind":"grid","parameters":{"maxLeaves":[15,31],"learningRate":[0.05,0.1,0.2]}}""", """{"rounds":50}""");
        Assert.Equal(["trees-1", "trees-2", "trees-3", "trees-4", "trees-5", "trees-6"], spec.Candidates.Select(c => c.Name));
        Assert.Equal(
            ["""{"rounds":50,"learningRate":0.05,"maxLeaves":15}""", """{"rounds":50,"learningRate":0.05,"maxLeaves":31}""", """{"rounds":50,"learningRate":0.1,"maxLeaves":15}"""],
            spec.Candidates.Take(3).Select(c => c.Parameters!.ToJsonString()));
        PipelineSpec other = Parse("""{"kind":"grid","parameters":{"learningRate":[0.05,0.1,0.2],"maxLeaves":[15,31]}}""", """{"rounds":50}""");
        Assert.Equal(spec.Candidates.Select(c => c.Parameters!.ToJsonString()), other.Candidates.Select(c => c.Parameters!.ToJsonString()));
    }

    [Fact]
    public void Read_Random_IsDrawnFromTheSeedWithinTheRanges()
    {
        const string Search = """{"kind":"random","trials":20,"seed":7,"parameters":{"learningRate":{"min":0.01,"max":0.3,"scale":"log"},"maxLeaves":{"min":4,"max":64},"l2":[0,1,10]}}""";
        PipelineSpec spec = Parse(Search);
        Assert.Equal(20, spec.Candidates.Count);
        Assert.Equal("trees-01", spec.Candidates[0].Name);
        Assert.Equal("trees-20", spec.Candidates[19].Name);
        double[] rates = [.. spec.Candidates.Select(c => (double)c.Parameters!["learningRate"]!)];
        double[] leaves = [.. spec.Candidates.Select(c => (double)c.Parameters!["maxLeaves"]!)];
        Assert.All(rates, rate => Assert.InRange(rate, 0.01, 0.3));
        Assert.InRange(rates.Count(rate => rate < 0.055), 5, 15);
        Assert.All(leaves, count => Assert.True(count is >= 4 and <= 64 && count == Math.Floor(count)));
        Assert.All(spec.Candidates, c => Assert.Contains((double)c.Parameters!["l2"]!, new[] { 0.0, 1, 10 }));
        Assert.Equal(Texts(spec), Texts(Parse(Search)));
        Assert.NotEqual(Texts(spec), Texts(Parse(Search.Replace("\"seed\":7", "\"seed\":8", StringComparison.Ordinal))));
    }

    /// <summary>One more parameter to search leaves the draws of the others as they were.</summary>
    [Fact]
    public void Read_RandomWithOneMoreParameter_DrawsTheOthersAlike()
    {
        PipelineSpec one = Parse("""{"kind":"random","trials":5,"parameters":{"learningRate":{"min":0.01,"max":0.3}}}""");
        PipelineSpec two = Parse("""{"kind":"random","trials":5,"parameters":{"learningRate":{"min":0.01,"max":0.3},"l1":{"min":0,"max":5}}}""");
        Assert.Equal(one.Candidates.Select(c => (double)c.Parameters!["learningRate"]!), two.Candidates.Select(c => (double)c.Parameters!["learningRate"]!));
    }

    /// <summary>The trials are part of what runs stand on: they never change for a spec.</summary>
    [Fact]
    public void Read_KnownSearch_GivesTheTrialsOfAllTimes() =>
        Assert.Equal(
            ["""{"l2":1.404,"maxLeaves":58}""", """{"l2":0.413,"maxLeaves":40}""", """{"l2":0.02948,"maxLeaves":26}"""],
            Texts(Parse("""{"kind":"random","trials":3,"seed":1,"parameters":{"l2":{"min":0.01,"max":10,"scale":"log"},"maxLeaves":{"min":4,"max":64}}}""")));

    [Fact]
    public void Read_ValuesThatAreNoNumbers_AreTried()
    {
        PipelineSpec spec = Parse("""{"kind":"grid","parameters":{"classWeights":["balanced",{"a":2}]}}""");
        Assert.Equal(["""{"classWeights":"balanced"}""", """{"classWeights":{"a":2}}"""], Texts(spec));
    }

    [Fact]
    public void Read_FewerCombinationsThanTrials_AreMadeOnce()
    {
        PipelineSpec spec = Parse("""{"kind":"random","trials":30,"parameters":{"maxLeaves":{"min":4,"max":6}}}""");
        Assert.Equal([4.0, 5, 6], spec.Candidates.Select(c => (double)c.Parameters!["maxLeaves"]!).Order());
    }

    [Theory]
    [InlineData("""{"parameters":{"l2":[1]}}""", "kind", "grid")]
    [InlineData("""{"kind":"hyperband","parameters":{"l2":[1]}}""", "kind", "hyperband")]
    [InlineData("""{"kind":"grid"}""", "parameters", "missing")]
    [InlineData("""{"kind":"grid","parameters":{}}""", "parameters", "missing")]
    [InlineData("""{"kind":"grid","parameters":{"l2":[]}}""", "parameters.l2", "1 to 64")]
    [InlineData("""{"kind":"grid","parameters":{"l2":["a"]}}""", "parameters.l2", "must be a number")]
    [InlineData("""{"kind":"grid","parameters":{"l2":[1,1.0]}}""", "parameters.l2", "twice")]
    [InlineData("""{"kind":"grid","parameters":{"l2":[-1]}}""", "parameters.l2", "from 0")]
    [InlineData("""{"kind":"grid","parameters":{"maxLeafs":[31]}}""", "parameters.maxLeafs", "did you mean 'maxLeaves'")]
    [InlineData("""{"kind":"grid","parameters":{"maxLeaves":[31.5]}}""", "parameters.maxLeaves", "whole number")]
    [InlineData("""{"kind":"grid","parameters":{"l2":{"min":1,"max":2}}}""", "parameters.l2", "kind random")]
    [InlineData("""{"kind":"grid","trials":3,"parameters":{"l2":[1]}}""", "trials", "random only")]
    [InlineData("""{"kind":"grid","seed":3,"parameters":{"l2":[1]}}""", "seed", "random only")]
    [InlineData("""{"kind":"grid","parameters":{"l2":[1,2,3,4,5,6,7,8,9],"l1":[1,2,3,4,5,6,7,8]}}""", "parameters", "72 trials")]
    [InlineData("""{"kind":"random","parameters":{"l2":[1,2]}}""", "trials", "missing")]
    [InlineData("""{"kind":"random","trials":65,"parameters":{"l2":[1,2]}}""", "trials", "1 to 64")]
    [InlineData("""{"kind":"random","trials":3,"parameters":{"l2":{"min":2,"max":1}}}""", "parameters.l2.max", "greater")]
    [InlineData("""{"kind":"random","trials":3,"parameters":{"l2":{"min":0,"max":1,"scale":"log"}}}""", "parameters.l2.min", "greater than 0")]
    [InlineData("""{"kind":"random","trials":3,"parameters":{"l2":{"min":0,"max":1,"scale":"cubic"}}}""", "parameters.l2.scale", "cubic")]
    [InlineData("""{"kind":"random","trials":3,"parameters":{"l2":{"min":0}}}""", "parameters.l2.max", "missing")]
    [InlineData("""{"kind":"random","trials":3,"parameters":{"l2":{"min":0,"max":1e12}}}""", "parameters.l2", "1000000000")]
    [InlineData("""{"kind":"random","trials":3,"parameters":{"l2":7}}""", "parameters.l2", "array of values")]
    [InlineData("""{"kind":"random","trials":3,"parameters":{"rounds":[10,20]}}""", "parameters.rounds", "remove one")]
    [InlineData("""{"kind":"random","trials":3,"tries":3,"parameters":{"l2":[1,2]}}""", "tries", "not a field")]
    public void Read_Fault_IsToldWithItsPath(string search, string path, string told)
    {
        ProblemException problem = Assert.Throws<ProblemException>(() => Parse(search, """{"rounds":50}"""));
        ProblemDetail error = Assert.Single(problem.Errors, error => error.Path == "$.candidates[0].search." + path);
        Assert.Contains(told, error.Message);
    }

    [Fact]
    public void Read_SeveralFaults_AreToldTogether()
    {
        ProblemException problem = Assert.Throws<ProblemException>(() => Parse("""{"kind":"grid","seed":1,"parameters":{"l2":[-1],"maxLeafs":[3],"l1":{"min":1}}}"""));
        Assert.Equal(4, problem.Errors.Count);
    }

    [Fact]
    public void Read_TrialsOfAllCandidates_AreBounded()
    {
        string[] candidates = [.. Enumerable.Range(0, 3).Select(i => $"{{\"name\":\"c{i}\"," + """
            "trainer":"gbdt","search":{"kind":"random","trials":30,"parameters":{"l2":{"min":0,"max":1}}}}
            """)];
        ProblemException problem = Assert.Throws<ProblemException>(() => SpecOf(string.Join(',', candidates)));
        Assert.Contains("90 trainings", Assert.Single(problem.Errors, error => error.Path == "$.candidates").Message);
    }

    [Fact]
    public void Read_TrialsNamedAsAnotherCandidate_AreRefused()
    {
        ProblemException problem = Assert.Throws<ProblemException>(() => SpecOf("""{"name":"a-1","trainer":"linear"},{"name":"a","trainer":"gbdt","search":{"kind":"grid","parameters":{"l2":[1,2]}}}"""));
        Assert.Contains("'a-1'", Assert.Single(problem.Errors).Message);
    }

    private static string[] Texts(PipelineSpec spec) => [.. spec.Candidates.Select(c => c.Parameters!.ToJsonString())];

    private static PipelineSpec Parse(string search, string parameters = "{}") =>
        SpecOf($$"""{"name":"trees","trainer":"gbdt","parameters":{{parameters}},"search":{{search}}}""");

    private static PipelineSpec SpecOf(string candidates) =>
        SpecParser.Parse(Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{{candidates}}]}"""));
}
