using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>A leaf of a tree in training: its rows in the partition, its sums and its best split.</summary>
internal sealed class GrowingLeaf
{
    public required int Start { get; init; }

    public required int Count { get; init; }

    public required int Depth { get; init; }

    /// <summary>Its sums and between what its value must lie.</summary>
    public required LeafSums Sums { get; init; }

    /// <summary>Inner node above, −1 for the root.</summary>
    public required int Parent { get; init; }

    /// <summary>Which child of its parent it is.</summary>
    public required bool IsLeft { get; init; }

    public AlignedLongs? Histogram { get; set; }

    public Split Best { get; set; } = Split.None;

    public double Value { get; set; }
}
