using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Comparisons;
using MlServerless.Pipelines.Evaluations;

namespace MlServerless.Pipelines.Tests.Comparisons;

public sealed class PredictionChangesTests
{
    private static readonly Table Keys = new([new CategoryColumn("id", ColumnType.Category, [0, 1, 2, 3], ["p", "q", "r", "s"])]);

    [Fact]
    public void Compare_Multiclass_CountsFlipsByClass()
    {
        double[] a = [.8, .1, .1, .2, .7, .1, .3, .3, .4, .6, .2, .2];
        double[] b = [.7, .2, .1, .6, .3, .1, .5, .3, .2, .6, .2, .2];
        var scores = new AlignedScores(LearningTask.Multiclass, [0, 1, 0, double.NaN], b, a, 3);
        PredictionDifference found = new PredictionChanges(scores, ["x", "y", "z"], 0.5, Keys, ["id"]).Compare();
        Assert.Equal((4L, 3L, 2L, 1L, 1L), (found.Rows, found.Changed, found.Flipped, found.Righted, found.Wronged));
        Assert.Equal([new FlipCount("y", "x", 1), new FlipCount("z", "x", 1)], found.Flips!);
        Assert.Equal(["q", "r"], found.Examples.Select(row => row.Key["id"]));
        Assert.Equal(("y", "y", "x", .2, .6), (found.Examples[0].Actual, found.Examples[0].A, found.Examples[0].B, found.Examples[0].ScoreA, found.Examples[0].ScoreB));
        Assert.Equal(0.4, found.LargestChange, 1e-12);
        Assert.Equal(0.7 / 4, found.MeanChange, 1e-12);
    }

    [Fact]
    public void Compare_Regression_HasNoFlipsAndShowsWhatMovedMost()
    {
        var scores = new AlignedScores(LearningTask.Regression, [1, 2, 3, double.NaN], [1, 2.5, 3, 9], [1, 2, 1, 9], 1);
        PredictionDifference found = new PredictionChanges(scores, [], 0.5, Keys, ["id"]).Compare();
        Assert.Equal((2L, null, 2.0), (found.Changed, found.Flipped, found.LargestChange));
        Assert.Equal([("r", "1", "3"), ("q", "2", "2.5")], found.Examples.Select(row => (row.Key["id"], row.A, row.B)));
    }

    [Fact]
    public void Compare_Binary_ClassesTurnAtTheThreshold()
    {
        var scores = new AlignedScores(LearningTask.Binary, [1, 0, 1, 0], [.35, .2, .3, .9], [.2, .2, .4, .8], 1);
        PredictionDifference found = new PredictionChanges(scores, ["no", "yes"], 0.3, Keys, []).Compare();
        Assert.Equal((1L, 1L, 0L), (found.Flipped, found.Righted, found.Wronged));
        Assert.Equal(("no", "yes", "yes"), (found.Examples[0].A, found.Examples[0].B, found.Examples[0].Actual));
    }
}
