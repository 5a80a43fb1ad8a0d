using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class EvaluationTests
{
    /// <summary>The examples of scikit-learn's documentation of roc_auc_score and average_precision_score.</summary>
    [Fact]
    public void Metrics_RankedScores_GivesScikitLearnsAreas()
    {
        IReadOnlyDictionary<string, double> metrics = Binary([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
        Assert.Equal(0.75, metrics["auc"], 1e-12);
        Assert.Equal(0.8333333333333333, metrics["prAuc"], 1e-12);
    }

    /// <summary>By hand: of 2 × 3 pairs, 3 in order, 2 tied and 1 not: (3 + 2/2) / 6. Precisions 1/2 and 2/4 at recalls 1/2 and 1.</summary>
    [Fact]
    public void Metrics_TiedScores_CountHalf()
    {
        IReadOnlyDictionary<string, double> metrics = Binary([1, 0, 1, 0, 0], [0.9, 0.9, 0.3, 0.3, 0.1]);
        Assert.Equal(4.0 / 6, metrics["auc"], 1e-12);
        Assert.Equal(0.5 * 0.5 + 0.5 * 0.5, metrics["prAuc"], 1e-12);
    }

    /// <summary>By hand; brier_score_loss of these in scikit-learn's documentation is 0.037 for [.1 .9 .8 .3] against [0 1 1 0].</summary>
    [Fact]
    public void Metrics_Probabilities_GivesBrierAndLogLoss()
    {
        IReadOnlyDictionary<string, double> metrics = Binary([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]);
        Assert.Equal(0.0375, metrics["brier"], 1e-12);
        Assert.Equal(-(2 * Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.7)) / 4, metrics["logLoss"], 1e-12);
    }

    /// <summary>log_loss(["spam", "ham", "ham", "spam"], [[.1, .9], [.9, .1], [.8, .2], [.35, .65]]) in scikit-learn's documentation.</summary>
    [Fact]
    public void Metrics_SpamAndHam_GivesScikitLearnsLogLoss() =>
        Assert.Equal(0.21616187468057912, Binary([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65])["logLoss"], 1e-12);

    [Fact]
    public void Metrics_CertainAndWrong_IsClipped()
    {
        IReadOnlyDictionary<string, double> metrics = Binary([1, 0], [0, 1]);
        Assert.Equal(-Math.Log(1e-15), metrics["logLoss"], 0.01);
    }

    /// <summary>By hand: 2 true positives, 1 false positive, 1 false negative, 2 true negatives; a score of one half is positive.</summary>
    [Fact]
    public void Metrics_Threshold_GivesCounts()
    {
        IReadOnlyDictionary<string, double> metrics = Binary([1, 1, 1, 0, 0, 0], [0.5, 0.9, 0.2, 0.7, 0.1, 0.4]);
        Assert.Equal(4.0 / 6, metrics["accuracy"], 1e-12);
        Assert.Equal(2.0 / 3, metrics["precision"], 1e-12);
        Assert.Equal(2.0 / 3, metrics["recall"], 1e-12);
        Assert.Equal(2.0 / 3, metrics["f1"], 1e-12);
        Assert.Equal(2.0 / 3, metrics["balancedAccuracy"], 1e-12);
    }

    /// <summary>balanced_accuracy_score([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]) in scikit-learn's documentation.</summary>
    [Fact]
    public void Metrics_Balanced_GivesScikitLearnsValue() =>
        Assert.Equal(0.625, Binary([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1])["balancedAccuracy"], 1e-12);

    [Fact]
    public void Metrics_OneClassOnly_LeavesOutWhatIsNotDefined()
    {
        IReadOnlyDictionary<string, double> negatives = Binary([0, 0], [0.2, 0.1]);
        Assert.Equal(["accuracy", "brier", "logLoss"], negatives.Keys);
        IReadOnlyDictionary<string, double> positives = Binary([1, 1], [0.2, 0.1]);
        Assert.Equal(["accuracy", "brier", "f1", "logLoss", "recall"], positives.Keys);
        Assert.Empty(Binary([], []));
    }

    [Fact]
    public void Metrics_RowsWithoutALabel_AreLeftOut() =>
        Assert.Equal(Binary([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), Binary([0, double.NaN, 0, 1, 1], [0.1, 0.99, 0.4, 0.35, 0.8]));

    /// <summary>The examples of scikit-learn's documentation of r2_score, mean_squared_error, mean_absolute_error and mean_absolute_percentage_error.</summary>
    [Fact]
    public void Metrics_Regression_GivesScikitLearnsValues()
    {
        IReadOnlyDictionary<string, double> metrics = Evaluation.Metrics(LearningTask.Regression, [3, -0.5, 2, 7], [2.5, 0, 2, 8], 1);
        Assert.Equal(0.9486081370449679, metrics["r2"], 1e-12);
        Assert.Equal(0.6123724356957945, metrics["rmse"], 1e-12);
        Assert.Equal(0.5, metrics["mae"], 1e-12);
        Assert.Equal(0.3273809523809524, metrics["mape"], 1e-12);
    }

    [Fact]
    public void Metrics_ConstantOrZeroTargets_LeavesOutWhatIsNotDefined()
    {
        Assert.Equal(["mae", "mape", "rmse"], Evaluation.Metrics(LearningTask.Regression, [2, 2], [1, 3], 1).Keys);
        Assert.Equal(["mae", "r2", "rmse"], Evaluation.Metrics(LearningTask.Regression, [0, 2], [0, 3], 1).Keys);
    }

    /// <summary>f1_score([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], average='macro') in scikit-learn's documentation.</summary>
    [Fact]
    public void Metrics_Multiclass_GivesScikitLearnsValues()
    {
        double[] predicted = [0, 2, 1, 0, 0, 1];
        double[] scores = [.. predicted.SelectMany(p => Enumerable.Range(0, 3).Select(k => k == (int)p ? 0.6 : 0.2))];
        IReadOnlyDictionary<string, double> metrics = Evaluation.Metrics(LearningTask.Multiclass, [0, 1, 2, 0, 1, 2], scores, 3);
        Assert.Equal(0.26666666666666666, metrics["macroF1"], 1e-12);
        Assert.Equal(2.0 / 6, metrics["accuracy"], 1e-12);
        Assert.Equal(-(2 * Math.Log(0.6) + 4 * Math.Log(0.2)) / 6, metrics["logLoss"], 1e-12);
    }

    [Fact]
    public void HigherIsBetter_EveryNamedMetric_IsKnown()
    {
        foreach (LearningTask task in Enum.GetValues<LearningTask>())
            foreach (string name in Evaluation.MetricNames(task))
                Assert.Equal(name is not ("logLoss" or "brier" or "rmse" or "mae" or "mape"), Evaluation.HigherIsBetter(name));
        Assert.Contains("Known are", Assert.Throws<ArgumentException>(() => Evaluation.HigherIsBetter("gini")).Message);
    }

    [Fact]
    public void Targets_LabelsOfAnyType_AreIndicesOrNaN()
    {
        var table = new Table(
        [
            SampleTable.Category("c", ColumnType.Category, ["b", null, "a", "z"]),
            new NumericColumn("b", ColumnType.Boolean, [1, 0, double.NaN, 1]),
            new NumericColumn("i", ColumnType.Integer, [10, 2, 2, double.NaN]),
        ]);
        Assert.Equal([1, double.NaN, 0, double.NaN], Evaluation.Targets(table, "c", LearningTask.Binary, ["a", "b"]));
        Assert.Equal([1, 0, double.NaN, 1], Evaluation.Targets(table, "b", LearningTask.Binary, ["false", "true"]));
        Assert.Equal([0, 1, 1, double.NaN], Evaluation.Targets(table, "i", LearningTask.Multiclass, ["10", "2"]));
        Assert.Equal([10, 2, 2, double.NaN], Evaluation.Targets(table, "i", LearningTask.Regression, []));
        Assert.Equal(FindingCodes.MissingLabel, Assert.Throws<TrainingException>(() => Evaluation.Targets(table, "y", LearningTask.Binary, ["a", "b"])).Code);
    }

    private static IReadOnlyDictionary<string, double> Binary(double[] targets, double[] scores) =>
        Evaluation.Metrics(LearningTask.Binary, targets, scores, 1);
}
