using MlServerless.Learning.Parameters;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>The settings of gradient-boosted trees, their names, ranges and defaults.</summary>
internal sealed class GbdtOptions(ParameterSet values)
{
    public static readonly ParameterDefinition[] Definitions =
    [
        new("rounds", 100, 1, 10_000, IsInteger: true),
        new("learningRate", 0.1, 0, 1, MinExcluded: true),
        new("maxLeaves", 31, 2, 1024, IsInteger: true),
        new("maxDepth", 0, 0, 64, IsInteger: true),
        new("minRowsPerLeaf", 20, 1, 1_000_000, IsInteger: true),
        new("minChildWeight", 1e-3, 0, 1e9),
        new("minSplitGain", 0, 0, 1e9),
        new("l1", 0, 0, 1e9),
        new("l2", 1, 0, 1e9),
        new("rowFraction", 1, 0, 1, MinExcluded: true),
        new("columnFraction", 1, 0, 1, MinExcluded: true),
        new("maxBins", 255, 2, 255, IsInteger: true),
        new("earlyStoppingRounds", 20, 0, 10_000, IsInteger: true),
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

    /// <summary>The rules for splits of scaled targets.</summary>
    /// <param name="targetUnit">What the targets were divided by; gradients, and with them L1, shrink in the same measure.</param>
    public SplitRules Rules(double targetUnit) => new(
        values["l1"] / targetUnit,
        values["l2"],
        values["minChildWeight"],
        values.Integer("minRowsPerLeaf"),
        values["minSplitGain"] / targetUnit / targetUnit);
}
