namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Collects the nodes of a tree while it grows.</summary>
internal sealed class TreeBuilder(FeatureBins[] features)
{
    private readonly List<Split> splits = [];
    private readonly List<int> rows = [];
    private readonly List<int> left = [];
    private readonly List<int> right = [];

    /// <summary>Puts an inner node where the leaf was.</summary>
    public int AddNode(Split split, GrowingLeaf replaced, int nodeRows)
    {
        int node = splits.Count;
        splits.Add(split);
        rows.Add(nodeRows);
        left.Add(0);
        right.Add(0);
        if (replaced.Parent >= 0)
            (replaced.IsLeft ? left : right)[replaced.Parent] = node;
        return node;
    }

    public Tree Build(IReadOnlyList<GrowingLeaf> leaves)
    {
        for (int i = 0; i < leaves.Count; i++)
            if (leaves[i].Parent >= 0)
                (leaves[i].IsLeft ? left : right)[leaves[i].Parent] = ~i;
        return new Tree
        {
            Feature = [.. splits.Select(s => features[s.Feature].Slot)],
            Threshold = [.. splits.Select(s => s.LeftBins is null ? features[s.Feature].UpperEdge(s.Bin) : 0)],
            MissingLeft = [.. splits.Select(s => s.MissingLeft)],
            LeftBuckets = [.. splits.Select(s => s.LeftBins is null ? null : Enumerable.Range(0, s.LeftBins.Length).Where(b => s.LeftBins[b]).ToArray())],
            Left = [.. left],
            Right = [.. right],
            Gain = [.. splits.Select(s => s.Gain)],
            NodeRows = [.. rows],
            LeafValue = [.. leaves.Select(l => l.Value)],
            LeafRows = [.. leaves.Select(l => l.Count)],
        };
    }
}
