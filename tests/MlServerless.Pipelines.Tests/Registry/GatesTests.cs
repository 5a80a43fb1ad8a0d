using System.Text;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Registry;

public sealed class GatesTests
{
    private static readonly PipelineSpec Spec = SpecParser.Parse(Encoding.UTF8.GetBytes(
        """{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"metric":"auc","gates":{"minimum":{"auc":0.7},"maximum":{"logLoss":0.6},"minGain":0.01}}"""));

    private static Dictionary<string, double> Metrics(double auc, double logLoss = 0.5) => new() { ["auc"] = auc, ["logLoss"] = logLoss };

    [Fact]
    public void Decide_NoChampion_PassesOnLimitsAlone()
    {
        GateDecision decision = Gates.Decide(Spec, Metrics(0.8), null);
        Assert.True(decision.Passed);
        Assert.Equal(3, decision.Reasons.Count);
        Assert.All(decision.Reasons, reason => Assert.StartsWith("passed: ", reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.69, 0.5, "failed: auc 0.69 on the hold-out, at least 0.7 is asked")]
    [InlineData(0.8, 0.61, "failed: logLoss 0.61 on the hold-out, at most 0.6 is asked")]
    public void Decide_LimitMissed_FailsWithTheFigures(double auc, double logLoss, string reason)
    {
        GateDecision decision = Gates.Decide(Spec, Metrics(auc, logLoss), null);
        Assert.False(decision.Passed);
        Assert.Contains(reason, decision.Reasons);
    }

    [Theory]
    [InlineData(0.8, 0.78, true)]
    [InlineData(0.8, 0.795, false)]
    [InlineData(0.8, 0.9, false)]
    public void Decide_Champion_MustBeBeatenByMinGain(double mine, double champion, bool passes) =>
        Assert.Equal(passes, Gates.Decide(Spec, Metrics(mine), new ChampionComparison(3, Metrics(champion))).Passed);

    [Fact]
    public void Decide_LowerIsBetter_TurnsTheGainRound()
    {
        PipelineSpec spec = Spec with { Metric = "logLoss" };
        Assert.True(Gates.Decide(spec, Metrics(0.8, 0.4), new ChampionComparison(3, Metrics(0.8, 0.5))).Passed);
        Assert.False(Gates.Decide(spec, Metrics(0.8, 0.5), new ChampionComparison(3, Metrics(0.8, 0.4))).Passed);
    }

    [Fact]
    public void Decide_MissingMetricOrUncomparableChampion_Fails()
    {
        Assert.False(Gates.Decide(Spec, new Dictionary<string, double> { ["logLoss"] = 0.1 }, null).Passed);
        Assert.False(Gates.Decide(Spec, Metrics(0.8), new ChampionComparison(3, new Dictionary<string, double>())).Passed);
        GateDecision decision = Gates.Decide(Spec, Metrics(0.8), new ChampionComparison(3, null, "these data lack its column(s) a"));
        Assert.False(decision.Passed);
        Assert.Contains(decision.Reasons, reason => reason.Contains("lack its column(s) a", StringComparison.Ordinal));
    }

    [Fact]
    public void Decide_SplitChangedSinceTheChampion_LimitsAloneDecide()
    {
        var other = new ChampionComparison(3, null, IsOtherLine: true);
        GateDecision decision = Gates.Decide(Spec, Metrics(0.8), other);
        Assert.True(decision.Passed);
        Assert.Contains(decision.Reasons, reason => reason.Contains("new line of comparison", StringComparison.Ordinal));
        Assert.False(Gates.Decide(Spec, Metrics(0.6), other).Passed);
    }
}
