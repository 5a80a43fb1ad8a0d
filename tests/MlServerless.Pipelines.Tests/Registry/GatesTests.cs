using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Registry;

public sealed class GatesTests
{
    private static readonly PipelineSpec Spec = Parse("""{"minimum":{"auc":0.7},"maximum":{"logLoss":0.6},"minGain":0.01}""");

    private static PipelineSpec Parse(string gates, string more = "") => SpecParser.Parse(Encoding.UTF8.GetBytes(
        $$"""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"metric":"auc","gates":{{gates}}{{more}}}"""));

    private static GateCandidate Candidate(double auc, double logLoss = 0.5, params SlicedColumn[] slices) =>
        Candidate(new() { ["auc"] = auc, ["logLoss"] = logLoss }, slices);

    private static GateCandidate Candidate(Dictionary<string, double> metrics, params SlicedColumn[] slices) => new()
    {
        Evaluation = new EvaluationReport
        {
            Task = LearningTask.Binary,
            Rows = 1000,
            Unlabelled = 0,
            Confidence = 0.95,
            Metrics = metrics.ToDictionary(metric => metric.Key, metric => Estimate(metric.Value)),
            Calibration = new Calibration([], null, null, null),
            Search = new SliceSearch(0, 0, 0),
            Slices = slices,
        },
        ModelBytes = 5000,
    };

    private static MetricEstimate Estimate(double value) => new(value, value - 0.02, value + 0.02);

    /// <param name="error">The standard error of the difference.</param>
    private static ChampionComparison Champion(double mine, double theirs, double error = 0.002, long rows = 1000, string metric = "auc")
    {
        double gain = Evaluation.HigherIsBetter(metric) ? mine - theirs : theirs - mine;
        PairedVerdict verdict = Math.Abs(gain) < 1.96 * error ? PairedVerdict.Indistinguishable : gain > 0 ? PairedVerdict.Better : PairedVerdict.Worse;
        var paired = new PairedComparison(metric, rows, mine, theirs, gain, gain - (1.96 * error), gain + (1.96 * error), verdict == PairedVerdict.Indistinguishable ? 0.4 : 0.001, verdict, "DeLong");
        return new ChampionComparison(3, new Dictionary<string, double> { [metric] = theirs }) { Paired = new Dictionary<string, PairedComparison> { [metric] = paired } };
    }

    private static SlicedColumn Sliced(params (string Value, double Auc, long Rows)[] slices)
    {
        SliceFigures[] figures = [.. slices.Select(one => new SliceFigures(
            new Slice("region", SliceKind.Value, $"region = {one.Value}", one.Value), one.Rows, 0.5, 0.5, 0.5, new Dictionary<string, MetricEstimate> { ["auc"] = Estimate(one.Auc) }))];
        double most = slices.Max(one => one.Auc), least = slices.Min(one => one.Auc);
        return new SlicedColumn("region", figures, [new Disparity("auc", most - least, least / most, figures.MaxBy(one => one.Metrics["auc"].Value)!.Slice.Label, figures.MinBy(one => one.Metrics["auc"].Value)!.Slice.Label, 0.01)]);
    }

    [Fact]
    public void Decide_NoChampion_PassesOnLimitsAlone()
    {
        GateDecision decision = Gates.Decide(Spec, Candidate(0.8), null);
        Assert.True(decision.Passed);
        Assert.Equal(3, decision.Reasons.Count);
        Assert.All(decision.Reasons, reason => Assert.StartsWith("passed: ", reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.69, 0.5, "failed: auc 0.69 on the hold-out, at least 0.7 is asked")]
    [InlineData(0.8, 0.61, "failed: logLoss 0.61 on the hold-out, at most 0.6 is asked")]
    public void Decide_LimitMissed_FailsWithTheFigures(double auc, double logLoss, string reason)
    {
        GateDecision decision = Gates.Decide(Spec, Candidate(auc, logLoss), null);
        Assert.False(decision.Passed);
        Assert.Contains(reason, decision.Reasons);
        GateResult failed = Assert.Single(decision.Gates, gate => !gate.Passed);
        Assert.Equal(["high", "limit", "low", "value"], failed.Evidence.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0.8, 0.78, 0.002, true, "a gain of 0.02; better beyond chance (0.01608 to 0.02392, p 0.001); at least 0.01 is asked, beyond chance")]
    [InlineData(0.8, 0.795, 0.002, false, "a gain of 0.005; better beyond chance")]
    [InlineData(0.8, 0.78, 0.02, false, "a gain of 0.02; within noise (-0.0192 to 0.0592, p 0.4)")]
    [InlineData(0.8, 0.9, 0.002, false, "a gain of -0.1; worse beyond chance")]
    public void Decide_Champion_MustBeBeatenByMinGainAndBeyondChance(double mine, double champion, double error, bool passes, string reason)
    {
        GateDecision decision = Gates.Decide(Spec, Candidate(mine), Champion(mine, champion, error));
        Assert.Equal(passes, decision.Passed);
        Assert.Contains(reason, decision.Reasons[^1], StringComparison.Ordinal);
        Assert.Equal(["candidate", "champion", "gain", "high", "low", "minGain", "pValue", "rows"], decision.Gates[^1].Evidence.Keys);
    }

    [Theory]
    [InlineData("better", 0.8, 0.8, 0.002, false)]
    [InlineData("notWorse", 0.8, 0.801, 0.002, true)]
    [InlineData("notWorse", 0.8, 0.82, 0.002, false)]
    [InlineData("none", 0.8, 0.8, 0.002, true)]
    [InlineData("none", 0.8, 0.801, 0.002, false)]
    public void Decide_Significance_SaysWhatTheTestMustSay(string significance, double mine, double champion, double error, bool passes) =>
        Assert.Equal(passes, Gates.Decide(Parse($$"""{"significance":"{{significance}}"}"""), Candidate(mine), Champion(mine, champion, error)).Passed);

    [Fact]
    public void Decide_TooFewRows_CannotTell()
    {
        GateDecision decision = Gates.Decide(Spec, Candidate(0.9), Champion(0.9, 0.5, 0.3, rows: 12));
        Assert.False(decision.Passed);
        Assert.Contains("12 rows are too few to tell from chance", decision.Reasons[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_LowerIsBetter_TurnsTheGainRound()
    {
        PipelineSpec spec = Spec with { Metric = "logLoss" };
        Assert.True(Gates.Decide(spec, Candidate(0.8, 0.4), Champion(0.4, 0.5, metric: "logLoss")).Passed);
        Assert.False(Gates.Decide(spec, Candidate(0.8, 0.5), Champion(0.5, 0.4, metric: "logLoss")).Passed);
    }

    [Fact]
    public void Decide_MissingMetricOrUncomparableChampion_Fails()
    {
        Assert.False(Gates.Decide(Spec, Candidate(new() { ["logLoss"] = 0.1 }), null).Passed);
        Assert.False(Gates.Decide(Spec, Candidate(0.8), new ChampionComparison(3, new Dictionary<string, double>())).Passed);
        GateDecision decision = Gates.Decide(Spec, Candidate(0.8), new ChampionComparison(3, null, "these data lack its column(s) a"));
        Assert.False(decision.Passed);
        Assert.Contains(decision.Reasons, reason => reason.Contains("lack its column(s) a", StringComparison.Ordinal));
    }

    [Fact]
    public void Decide_SplitChangedSinceTheChampion_LimitsAloneDecide()
    {
        var other = new ChampionComparison(3, null, IsOtherLine: true);
        GateDecision decision = Gates.Decide(Spec, Candidate(0.8), other);
        Assert.True(decision.Passed);
        Assert.Contains(decision.Reasons, reason => reason.Contains("new line of comparison", StringComparison.Ordinal));
        Assert.False(Gates.Decide(Spec, Candidate(0.6), other).Passed);
    }

    [Theory]
    [InlineData("""{"minimum":{"auc":0.75}}""", "failed: auc 0.7 for region = south (120 rows), at least 0.75 is asked of every slice")]
    [InlineData("""{"minimum":{"auc":0.7}}""", "passed: auc is at worst 0.7 (region = south), at least 0.7 is asked of every slice")]
    [InlineData("""{"maxDifference":{"auc":0.1}}""", "failed: the difference of auc between region = south and region = north is 0.2, at most 0.1 is asked")]
    [InlineData("""{"minRatio":{"auc":0.7}}""", "passed: the ratio of auc between region = south and region = north is 0.777778, at least 0.7 is asked")]
    [InlineData("""{"minRatio":{"selectionRate":0.8}}""", "failed: no column has two slices whose selectionRate compares; a ratio of at least 0.8 is asked")]
    [InlineData("""{"minimum":{"recall":0.1}}""", "failed: recall (missing) for region = north; at least 0.1 is asked of every slice")]
    public void Decide_Slices_AreHeldToTheirLimits(string slices, string reason) => Assert.Contains(
        reason, Gates.Decide(Parse($$"""{"slices":{{slices}}}""", ""","evaluation":{"slices":["region"]}"""), Candidate(0.8, 0.5, Sliced(("north", 0.9, 500), ("south", 0.7, 120))), null).Reasons);

    [Fact]
    public void Decide_SlicedColumnLacking_Fails()
    {
        PipelineSpec spec = Parse("""{"slices":{"minimum":{"auc":0.1},"noneWorse":true}}""", ""","evaluation":{"slices":["region"]}""");
        GateDecision decision = Gates.Decide(spec, Candidate(0.8, 0.5, new SlicedColumn("region", [], [], "The data has no column 'region'.")), null);
        Assert.Contains("failed: The data has no column 'region'.; at least 0.1 is asked of every slice", decision.Reasons);
    }

    [Fact]
    public void Decide_SliceWorseThanTheChampion_IsRefusedByName()
    {
        PipelineSpec spec = Parse("""{"significance":"none","slices":{"noneWorse":true}}""", ""","evaluation":{"slices":["region"]}""");
        PairedComparison paired = Champion(0.6, 0.8).Paired["auc"];
        ChampionComparison champion = Champion(0.9, 0.8) with { Slices = [new SliceComparison(new Slice("region", SliceKind.Value, "region = south", "south"), paired, 0.004, PairedVerdict.Worse)] };
        GateDecision decision = Gates.Decide(spec, Candidate(0.9), champion);
        Assert.False(decision.Passed);
        Assert.Contains("failed: worse than with champion version 3 beyond chance: region = south, auc 0.6 against 0.8 (p 0.004)", decision.Reasons);
    }

    [Fact]
    public void Decide_Budgets_AreKept()
    {
        PipelineSpec spec = Parse("""{"maxModelBytes":4000,"maxLatencyMicroseconds":50}""");
        IReadOnlyList<string> reasons = Gates.Decide(spec, Candidate(0.8) with { LatencyMicroseconds = 20 }, null).Reasons;
        Assert.Equal("failed: the model has 5000 bytes, at most 4000 are asked", reasons[0]);
        Assert.Equal("passed: 95 % of requests of one row took up to 20 µs, at most 50 are asked", reasons[1]);
        Assert.False(Gates.Decide(spec, Candidate(0.8), null).Gates[1].Passed);
    }

    [Theory]
    [InlineData("auc.low >= 0.75 and rows >= 500", true)]
    [InlineData("auc.low >= 0.79", false)]
    [InlineData("auc >= 0.9 or logLoss <= 0.5", true)]
    [InlineData("recall >= 0.1", false)]
    [InlineData("auc - champion.auc >= 0.01", true)]
    [InlineData("gain.auc >= 0.05", false)]
    public void Decide_Rules_AreConditionsOnFigures(string expression, bool passes)
    {
        PipelineSpec spec = Parse($$"""{"significance":"none","rules":[{"name":"own","expression":"{{expression}}"}]}""");
        GateResult gate = Gates.Decide(spec, Candidate(0.8), Champion(0.8, 0.78)).Gates.Single(gate => gate.Gate == "rules.own");
        Assert.Equal(passes, gate.Passed);
        Assert.Contains(expression, gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_RuleOnTheChampion_WaitsForOne() => Assert.True(
        Gates.Decide(Parse("""{"rules":[{"name":"own","expression":"gain.auc >= 0.05"}]}"""), Candidate(0.8), null).Passed);

    [Fact]
    public void Decide_RowRules_CountRows()
    {
        PipelineSpec spec = Parse("""{"rowRules":[{"name":"a","expression":"probability <= 0.9","maxFailingFraction":0.1},{"name":"b","expression":"x > 1"},{"name":"c","expression":"x > 2"}]}""");
        GateCandidate candidate = Candidate(0.8) with
        {
            RowRules = [new RuleCount("a", 100, 10, 0, [3, 4]), new RuleCount("b", 100, 1, 0, [7])],
            RowRuleProblems = new Dictionary<string, string> { ["c"] = "the data has no column 'x'" },
        };
        IReadOnlyList<GateResult> gates = Gates.Decide(spec, candidate, null).Gates;
        Assert.Equal([true, false, false, true], gates.Select(gate => gate.Passed));
        Assert.Equal("b: 1 of 100 rows (such as 7) break x > 1; no row may break it", gates[1].Reason);
        Assert.Equal("c: the data has no column 'x'", gates[2].Reason);
    }
}
