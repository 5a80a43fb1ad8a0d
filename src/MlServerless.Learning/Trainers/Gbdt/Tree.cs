namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// One regression tree in arrays. Inner nodes are numbered so that a child is always behind its parent; a child that is
/// negative is the leaf with its bitwise complement as number. A tree without inner nodes is its one leaf.
/// </summary>
internal sealed class Tree
{
    /// <summary>Slot that the node asks for.</summary>
    public required int[] Feature { get; init; }

    /// <summary>Numbers not above it go left; 0 where <see cref="LeftBuckets"/> decides.</summary>
    public required double[] Threshold { get; init; }

    /// <summary>Where missing numbers go; for a category whether its missing bucket is among <see cref="LeftBuckets"/>.</summary>
    public required bool[] MissingLeft { get; init; }

    /// <summary>Ascending buckets of a category that go left; null for a number.</summary>
    public required int[]?[] LeftBuckets { get; init; }

    public required int[] Left { get; init; }

    public required int[] Right { get; init; }

    /// <summary>Reduction of the loss by the split, in units of the trainer's objective.</summary>
    public required double[] Gain { get; init; }

    /// <summary>Training rows that reached the node.</summary>
    public required int[] NodeRows { get; init; }

    /// <summary>What the leaf adds to the raw score, learning rate included.</summary>
    public required double[] LeafValue { get; init; }

    /// <summary>Training rows that reached the leaf.</summary>
    public required int[] LeafRows { get; init; }

    public int NodeCount => Feature.Length;

    public int LeafCount => LeafValue.Length;

    /// <summary>The same tree with every leaf value multiplied; a negative zero, which canonical JSON does not know, becomes zero.</summary>
    public Tree Scale(double factor) => new()
    {
        Feature = Feature,
        Threshold = Threshold,
        MissingLeft = MissingLeft,
        LeftBuckets = LeftBuckets,
        Left = Left,
        Right = Right,
        Gain = Gain,
        NodeRows = NodeRows,
        LeafValue = Array.ConvertAll(LeafValue, value => value * factor + 0.0),
        LeafRows = LeafRows,
    };
}
