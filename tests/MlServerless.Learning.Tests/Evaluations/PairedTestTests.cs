using MlServerless.Data;
using MlServerless.Learning.Evaluations;
using MlServerless.Learning.Metrics;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Tests.Evaluations;

public class PairedTestTests
{
    [Fact]
    public void Compare_ModelWithLessNoise_IsBetterAndTheOtherWorse()
    {
        (double[] targets, double[] good, double[] bad) = Scored(2000, 0.3, 2.0);
        foreach (string metric in Evaluation.MetricNames(LearningTask.Binary))
        {
            PairedComparison forward = PairedTest.Compare(LearningTask.Binary, metric, targets, good, bad, 1)!;
            PairedComparison backward = PairedTest.Compare(LearningTask.Binary, metric, targets, bad, good, 1)!;
            Assert.Equal(PairedVerdict.Better, forward.Verdict);
            Assert.Equal(PairedVerdict.Worse, backward.Verdict);
            Assert.True(forward.Low > 0 && backward.High < 0);
            Assert.Equal(forward.Gain, -backward.Gain);
            Assert.Equal(forward.PValue, backward.PValue);
        }
    }

    [Fact]
    public void Compare_SameScores_IsIndistinguishable()
    {
        (double[] targets, double[] scores, _) = Scored(200, 1, 1);
        PairedComparison compared = PairedTest.Compare(LearningTask.Binary, "auc", targets, scores, scores, 1)!;
        Assert.Equal((0.0, 1.0, PairedVerdict.Indistinguishable), (compared.Gain, compared.PValue, compared.Verdict));
    }

    /// <summary>By hand: losses 1, 1, 1, 1 against 4, 4, 4, 4: no doubt, but too few rows to say so.</summary>
    [Fact]
    public void Compare_FewRows_GivesFiguresButNoVerdict()
    {
        PairedComparison compared = PairedTest.Compare(LearningTask.Regression, "rmse", [0, 0, 0, double.NaN, 0], [1, -1, 1, 9, 1], [2, 2, -2, 1, 2], 1)!;
        Assert.Equal((4, 1.0, 2.0, 1.0, PairedVerdict.Indistinguishable), (compared.Rows, compared.First, compared.Second, compared.Gain, compared.Verdict));
        Assert.Null(PairedTest.Compare(LearningTask.Binary, "auc", [1, 1], [0.5, 0.6], [0.5, 0.6], 1));
        Assert.Null(PairedTest.Compare(LearningTask.Regression, "rmse", [double.NaN], [1], [1], 1));
    }

    /// <summary>Of a thousand pairs of equally good models about one in twenty differs by the test.</summary>
    [Theory]
    [InlineData("auc")]
    [InlineData("prAuc")]
    [InlineData("logLoss")]
    [InlineData("f1")]
    public void Compare_EquallyGoodModels_DifferAsOftenAsTheLevelSays(string metric)
    {
        int different = 0;
        for (ulong seed = 1; seed <= 1000; seed++)
        {
            (double[] targets, double[] first, double[] second) = Scored(200, 0.8, 0.8, seed);
            different += PairedTest.Compare(LearningTask.Binary, metric, targets, first, second, 1)!.Verdict == PairedVerdict.Indistinguishable ? 0 : 1;
        }

        Assert.InRange(different, 30, 75);
    }

    [Fact]
    public void Compare_UnknownMetricOrWrongCount_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => PairedTest.Compare(LearningTask.Regression, "auc", [1], [1], [1], 1));
        Assert.Throws<ArgumentException>(() => PairedTest.Compare(LearningTask.Binary, "auc", [1], [1, 2], [1], 1));
    }

    /// <summary>Scores that know the probability of a row but for some noise.</summary>
    private static (double[] Targets, double[] First, double[] Second) Scored(int rows, double firstNoise, double secondNoise, ulong seed = 1)
    {
        var dice = new SeededGenerator(seed);
        double Normal() => NormalDistribution.Quantile(Math.Clamp(dice.NextDouble(), 1e-9, 1 - 1e-9));
        double[] targets = new double[rows], first = new double[rows], second = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            double logit = 1.5 * Normal();
            targets[i] = dice.NextDouble() < DeterministicMath.Sigmoid(logit) ? 1 : 0;
            first[i] = DeterministicMath.Sigmoid(logit + (firstNoise * Normal()));
            second[i] = DeterministicMath.Sigmoid(logit + (secondNoise * Normal()));
        }

        return (targets, first, second);
    }
}
