using MlServerless.Data;
using MlServerless.Learning.Labels;
using MlServerless.Learning.Metrics;

namespace MlServerless.Learning;

/// <summary>How good scores are.</summary>
public static class Evaluation
{
    private static readonly Dictionary<string, bool> HigherIsBetterByName = new(StringComparer.Ordinal)
    {
        ["auc"] = true,
        ["prAuc"] = true,
        ["logLoss"] = false,
        ["brier"] = false,
        ["accuracy"] = true,
        ["balancedAccuracy"] = true,
        ["precision"] = true,
        ["recall"] = true,
        ["f1"] = true,
        ["macroF1"] = true,
        ["macroPrecision"] = true,
        ["macroRecall"] = true,
        ["ece"] = false,
        ["cost"] = false,
        ["rmse"] = false,
        ["mae"] = false,
        ["r2"] = true,
        ["mape"] = false,
    };

    private static readonly string[] BinaryNames = ["auc", "prAuc", "logLoss", "brier", "accuracy", "balancedAccuracy", "precision", "recall", "f1"];
    private static readonly string[] MulticlassNames = ["accuracy", "balancedAccuracy", "logLoss", "macroF1"];
    private static readonly string[] RegressionNames = ["rmse", "mae", "r2", "mape"];

    /// <summary>The metrics of a task that choose among candidates.</summary>
    public static IReadOnlyList<string> MetricNames(LearningTask task) => task switch
    {
        LearningTask.Binary => BinaryNames,
        LearningTask.Multiclass => MulticlassNames,
        _ => RegressionNames,
    };

    /// <summary>The metrics of a task that are measured on the hold-out: those of <see cref="MetricNames"/> and some that cost more, or need a setting.</summary>
    public static IReadOnlyList<string> HoldOutMetricNames(LearningTask task) => task switch
    {
        LearningTask.Binary => [.. BinaryNames, "ece", "cost"],
        LearningTask.Multiclass => [.. MulticlassNames, "macroPrecision", "macroRecall", "auc", "prAuc", "brier", "ece"],
        _ => RegressionNames,
    };

    /// <summary>Whether a larger value of a metric is better.</summary>
    /// <exception cref="ArgumentException">There is no metric of that name.</exception>
    public static bool HigherIsBetter(string metric) =>
        HigherIsBetterByName.TryGetValue(metric, out bool higher)
            ? higher
            : throw new ArgumentException($"There is no metric '{metric}'. Known are: {string.Join(", ", HigherIsBetterByName.Keys)}.", nameof(metric));

    /// <summary>
    /// All metrics of a task that are defined for these rows, by name in ordinal order: AUC needs both classes, precision a positive
    /// prediction, R² targets that vary, MAPE targets other than 0. Rows whose target is NaN are left out.
    /// </summary>
    /// <param name="targets">Class index or value per row.</param>
    /// <param name="scores">Output k of row i at i × outputCount + k, as a <see cref="Scorer"/> gives them.</param>
    /// <exception cref="ArgumentException">There are not outputCount scores per target.</exception>
    public static IReadOnlyDictionary<string, double> Metrics(
        LearningTask task, ReadOnlySpan<double> targets, ReadOnlySpan<double> scores, int outputCount)
    {
        if (scores.Length != (long)targets.Length * outputCount)
            throw new ArgumentException($"{targets.Length} targets with {outputCount} outputs need {(long)targets.Length * outputCount} scores, not {scores.Length}.", nameof(scores));
        DropUnlabelled(ref targets, ref scores, outputCount);
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (targets.Length == 0)
            return metrics;
        switch (task)
        {
            case LearningTask.Binary: BinaryMetrics.AddTo(metrics, targets, scores); break;
            case LearningTask.Multiclass: MulticlassMetrics.AddTo(metrics, targets, scores, outputCount); break;
            default: RegressionMetrics.AddTo(metrics, targets, scores); break;
        }
        foreach (string name in metrics.Where(m => !double.IsFinite(m.Value)).Select(m => m.Key).ToList())
            metrics.Remove(name);
        return metrics;
    }

    /// <summary>The targets of a table for a model; NaN where the label is missing or a class that the model does not know.</summary>
    /// <exception cref="TrainingException">The table lacks the label, or it is of another kind than the task needs.</exception>
    public static double[] Targets(Table table, ModelArtifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return Targets(table, artifact.Signature.Label, artifact.Task, artifact.ClassLabels);
    }

    /// <inheritdoc cref="Targets(Table, ModelArtifact)"/>
    public static double[] Targets(Table table, string label, LearningTask task, IReadOnlyList<string> classLabels)
    {
        ArgumentNullException.ThrowIfNull(table);
        Column column = table.Find(label)
            ?? throw new TrainingException(FindingCodes.MissingLabel, $"The data has no column '{label}', which is named as the label.");
        return task == LearningTask.Regression ? LabelColumn.Values(column) : LabelColumn.ClassIndices(column, classLabels);
    }

    /// <summary>The distribution of predictions: one column "prediction" that holds the probability or value, or for multiclass the label of the most probable class.</summary>
    public static TableSketch Sketch(LearningTask task, ReadOnlySpan<double> scores, IReadOnlyList<string> classLabels)
    {
        const string Name = "prediction";
        bool multiclass = task == LearningTask.Multiclass;
        TableSketch sketch = TableSketch.For([(Name, multiclass ? ColumnType.Category : ColumnType.Number)]);
        if (!multiclass)
        {
            foreach (double score in scores)
                sketch[Name].AddNumber(score);
            return sketch;
        }
        for (int start = 0; start < scores.Length; start += classLabels.Count)
            sketch[Name].AddCategory(classLabels[MulticlassMetrics.MostProbable(scores.Slice(start, classLabels.Count))]);
        return sketch;
    }

    private static void DropUnlabelled(ref ReadOnlySpan<double> targets, ref ReadOnlySpan<double> scores, int outputCount)
    {
        int labelled = 0;
        foreach (double target in targets)
            labelled += double.IsNaN(target) ? 0 : 1;
        if (labelled == targets.Length)
            return;
        List<double> keptTargets = [];
        List<double> keptScores = [];
        for (int row = 0; row < targets.Length; row++)
        {
            if (double.IsNaN(targets[row]))
                continue;
            keptTargets.Add(targets[row]);
            keptScores.AddRange(scores.Slice(row * outputCount, outputCount));
        }
        targets = keptTargets.ToArray();
        scores = keptScores.ToArray();
    }
}
