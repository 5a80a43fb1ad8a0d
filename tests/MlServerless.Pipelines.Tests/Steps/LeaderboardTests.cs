using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines.Tests.Steps;

public class LeaderboardTests
{
    [Fact]
    public void Rank_HigherIsBetter_TiesGoToTheFirstInTheSpec() =>
        Assert.Equal([3, 1, 2, null, 4], Ranks("auc", ("a", 0.7), ("b", 0.9), ("c", 0.9), ("d", null), ("e", double.NaN)));

    [Fact]
    public void Rank_LowerIsBetter_Turns() => Assert.Equal([1, 3, 2], Ranks("logLoss", ("a", 0.7), ("b", 0.9), ("c", 0.8)));

    [Fact]
    public void Rank_NothingTrained_NamesEveryReason()
    {
        TrainingException error = Assert.Throws<TrainingException>(() => Leaderboard.Rank([Failed("trees-1"), Failed("trees-2")], "auc"));
        Assert.Contains("'trees-1': no rows", error.Message);
        Assert.Contains("'trees-2': no rows", error.Message);
    }

    private static int?[] Ranks(string metric, params (string Name, double? Value)[] candidates) =>
        [.. Leaderboard.Rank([.. candidates.Select(c => c.Value is { } value ? Trained(c.Name, metric, value) : Failed(c.Name))], metric).Select(c => c.Rank)];

    /// <summary>A value that is not a number stands for a metric that is not defined.</summary>
    private static CandidateRecord Trained(string name, string metric, double value) => new(
        name, "gbdt", default(ContentHash), double.IsNaN(value) ? new Dictionary<string, double>() : new Dictionary<string, double> { [metric] = value });

    private static CandidateRecord Failed(string name) =>
        new(name, "gbdt", null, new Dictionary<string, double>()) { Error = new RunError("TrainingException", "no rows", "train") };
}
