using MlServerless.Learning.Parameters;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>The settings of gradient-boosted trees, their names, ranges and defaults.</summary>
internal sealed class GbdtOptions(ParameterSet values)
{
    public static readonly ParameterDefinition[] Definitions =
    [
        new NumberParameter("rounds", 100, 1, 10_000, "rounds of boosting at most", IsInteger: true),
        new NumberParameter("learningRate", 0.1, 0, 1, "factor on what each tree adds", MinExcluded: true),
        new NumberParameter("maxLeaves", 31, 2, 1024, "leaves of a tree at most", IsInteger: true),
        new NumberParameter("maxDepth", 0, 0, 64, "splits between root and leaf at most; 0 for no limit", IsInteger: true),
        new NumberParameter("minRowsPerLeaf", 20, 1, 1_000_000, "rows in a leaf at least", IsInteger: true),
        new NumberParameter("minChildWeight", 1e-3, 0, 1e9, "sum of second derivatives in a leaf at least"),
        new NumberParameter("minSplitGain", 0, 0, 1e9, "a split must gain more than this"),
        new NumberParameter("l1", 0, 0, 1e9, "soft threshold on the sum of gradients of a leaf"),
        new NumberParameter("l2", 1, 0, 1e9, "added to the sum of second derivatives of a leaf"),
        new NumberParameter("rowFraction", 1, 0, 1, "part of the rows that each round sees", MinExcluded: true),
        new NumberParameter("columnFraction", 1, 0, 1, "part of the features that each tree may use", MinExcluded: true),
        new NumberParameter("maxBins", 255, 2, 255, "bins of a number at most, beside the one for missing values", IsInteger: true),
        new NumberParameter("earlyStoppingRounds", 20, 0, 10_000, "rounds without a better validation loss after which the training ends; 0 for never", IsInteger: true),
        new DirectionsParameter("monotone", "features as whose values grow, predictions may only rise or only fall"),
        new ClassWeightsParameter("classWeights", "how much the rows of a class count; balanced: all classes together the same"),
        new ColumnParameter("weightColumn", "a column of numbers that says how much each row counts"),
    ];

    public int Rounds { get; } = values.Integer("rounds");

    public double LearningRate { get; } = values["learningRate"];

    /// <summary>Fraction of the rows that each round sees.</summary>
    public double RowFraction { get; } = values["rowFraction"];

    /// <summary>Fraction of the features that each tree may use.</summary>
    public double ColumnFraction { get; } = values["columnFraction"];

    /// <summary>Value bins of a number at most.</summary>
    public int MaxBins { get; } = values.Integer("maxBins");

    /// <summary>Rounds without a better validation loss after which the training ends; 0 for never.</summary>
    public int Patience { get; } = values.Integer("earlyStoppingRounds");

    public GrowthLimits Limits { get; } = new(values.Integer("maxLeaves"), values.Integer("maxDepth"));

    public int CheckpointEvery => Math.Max(1, Rounds / 10);

    /// <summary>The rules for splits of scaled targets and weights.</summary>
    /// <param name="targetUnit">What the targets were divided by; gradients, and with them L1, shrink in the same measure.</param>
    /// <param name="weightUnit">What the weights were divided by; all sums shrink in the same measure.</param>
    public SplitRules Rules(double targetUnit, double weightUnit) => new(
        values["l1"] / targetUnit / weightUnit,
        values["l2"] / weightUnit,
        values["minChildWeight"] / weightUnit,
        values.Integer("minRowsPerLeaf"),
        values["minSplitGain"] / targetUnit / targetUnit / weightUnit,
        SplitRules.UsualSmoothing / weightUnit);
}
