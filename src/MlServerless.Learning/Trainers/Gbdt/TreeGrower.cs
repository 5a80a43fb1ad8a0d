using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Grows one tree leaf by leaf: the leaf whose best split gains most is split next. Only the smaller child's histogram is summed,
/// the larger one's is its parent's minus that.
/// </summary>
internal sealed unsafe class TreeGrower
{
    /// <summary>Features from which looking for splits is worth waking other threads.</summary>
    private const int SharedFeatures = 16;

    private const int FeaturesPerPiece = 4;

    private readonly BinnedRows data;
    private readonly GrowthLimits limits;
    private readonly SplitRules rules;
    private readonly GradientFormat format;
    private readonly SplitFinder finder;
    private readonly HistogramBuilder histograms;
    private readonly RowPartition partition;
    private readonly WorkTeam team;
    private readonly WorkTeam alone = new(1);
    private readonly byte[] routes = new byte[FeatureBins.MaxBins];
    private readonly Split[] firstSplits;
    private readonly Split[] secondSplits;
    private readonly List<GrowingLeaf> leaves = [];

    /// <param name="directions">Constraints by feature as <see cref="SplitFinder"/> takes them.</param>
    /// <param name="sampled">Whether trees see only some of the rows.</param>
    public TreeGrower(BinnedRows data, GrowthLimits limits, SplitRules rules, GradientFormat format, int[]? directions, bool sampled, WorkTeam team)
    {
        this.data = data;
        this.limits = limits;
        this.rules = rules;
        this.format = format;
        this.team = team;
        finder = new SplitFinder(format, rules, directions);
        histograms = new HistogramBuilder(data, format, team);
        partition = new RowPartition(data.RowCount, sampled, team);
        firstSplits = new Split[data.Features.Length];
        secondSplits = new Split[data.Features.Length];
    }

    /// <summary>The leaves of the tree grown last, in the order of their numbers.</summary>
    public IReadOnlyList<GrowingLeaf> Leaves => leaves;

    /// <summary>The rows of a leaf of the tree grown last.</summary>
    public ReadOnlySpan<int> RowsOf(GrowingLeaf leaf) => partition.Rows(leaf.Start, leaf.Count);

    /// <param name="gradients">Packed gradient and second derivative of every row.</param>
    /// <param name="rows">Rows the tree may see, ascending.</param>
    /// <param name="features">Features the tree may use, ascending; at least one.</param>
    /// <param name="learningRate">Factor on every leaf value.</param>
    public Tree Grow(AlignedLongs gradients, ReadOnlySpan<int> rows, int[] features, double learningRate)
    {
        leaves.Clear();
        partition.Reset(rows);
        var groups = new FeatureGroups(data, features);
        var tree = new TreeBuilder(data.Features);
        leaves.Add(Root(gradients, rows.Length, groups));
        while (leaves.Count < limits.MaxLeaves)
        {
            int chosen = BestLeaf();
            if (chosen < 0)
                break;
            SplitLeaf(chosen, gradients, groups, tree);
        }
        foreach (GrowingLeaf leaf in leaves)
        {
            leaf.Value = learningRate * finder.Value(leaf.Sums);
            if (leaf.Histogram is not null)
                histograms.Return(leaf.Histogram);
            leaf.Histogram = null;
        }
        return tree.Build(leaves);
    }

    private GrowingLeaf Root(AlignedLongs gradients, int count, FeatureGroups groups)
    {
        bool all = count == data.RowCount;
        if (!all)
            partition.Gather(0, count, gradients.Pointer);
        AlignedLongs histogram = histograms.Rent();
        histograms.Sum(histogram, groups, all ? null : partition.Pointer(0), all ? gradients.Pointer : partition.Gathered, count);
        foreach (int feature in groups.Features)
            histograms.Merge(histogram, feature);
        (long hessian, long gradient) = histograms.Total(histogram, groups.Features[0]);
        var root = new GrowingLeaf
        {
            Start = 0, Count = count, Depth = 0, Parent = -1, IsLeft = false, Histogram = histogram,
            Sums = new LeafSums(gradient, hessian, double.NegativeInfinity, double.PositiveInfinity),
        };
        if (CanSplit(root))
        {
            RunFeatures(groups.Features, feature => firstSplits[feature] = FindSplit(root, feature));
            root.Best = Best(firstSplits, groups.Features);
        }
        return root;
    }

    private void SplitLeaf(int chosen, AlignedLongs gradients, FeatureGroups groups, TreeBuilder tree)
    {
        GrowingLeaf parent = leaves[chosen];
        Split split = parent.Best;
        int node = tree.AddNode(split, parent, parent.Count);
        int leftCount = format.Count(split.LeftHessian);
        (LeafSums leftSums, LeafSums rightSums) = finder.Divide(parent.Sums, split);
        var left = new GrowingLeaf
        {
            Start = parent.Start, Count = leftCount, Depth = parent.Depth + 1, Sums = leftSums, Parent = node, IsLeft = true,
        };
        var right = new GrowingLeaf
        {
            Start = parent.Start + leftCount, Count = parent.Count - leftCount, Depth = parent.Depth + 1, Sums = rightSums, Parent = node, IsLeft = false,
        };
        leaves[chosen] = left;
        leaves.Add(right);

        bool lookFurther = leaves.Count < limits.MaxLeaves && (CanSplit(left) || CanSplit(right));
        split.FillRoutes(routes);
        partition.Divide(parent.Start, parent.Count, leftCount, data.Column(split.Feature), routes, gradients.Pointer, lookFurther);
        AlignedLongs inherited = parent.Histogram!;
        parent.Histogram = null;
        if (!lookFurther)
        {
            histograms.Return(inherited);
            return;
        }
        (GrowingLeaf smaller, GrowingLeaf larger) = left.Count <= right.Count ? (left, right) : (right, left);
        smaller.Histogram = histograms.Rent();
        larger.Histogram = inherited;
        histograms.Sum(smaller.Histogram, groups, partition.Pointer(smaller.Start), partition.Gathered, smaller.Count);
        RunFeatures(groups.Features, feature =>
        {
            histograms.Merge(smaller.Histogram, feature);
            histograms.Subtract(larger.Histogram, smaller.Histogram, feature);
            firstSplits[feature] = CanSplit(smaller) ? FindSplit(smaller, feature) : Split.None;
            secondSplits[feature] = CanSplit(larger) ? FindSplit(larger, feature) : Split.None;
        });
        smaller.Best = Best(firstSplits, groups.Features);
        larger.Best = Best(secondSplits, groups.Features);
    }

    private bool CanSplit(GrowingLeaf leaf) =>
        leaf.Count >= 2 * Math.Max(1, rules.MinRowsPerLeaf) && (limits.MaxDepth == 0 || leaf.Depth < limits.MaxDepth);

    private Split FindSplit(GrowingLeaf leaf, int feature) =>
        finder.Find(feature, data.Features[feature], HistogramBuilder.Sums(leaf.Histogram!, feature), leaf.Sums);

    private void RunFeatures(int[] features, Action<int> body) =>
        (features.Length < SharedFeatures ? alone : team).RunBlocks(features.Length, FeaturesPerPiece, (_, from, to) =>
        {
            for (int i = from; i < to; i++)
                body(features[i]);
        });

    private static Split Best(Split[] found, int[] features)
    {
        Split best = Split.None;
        foreach (int feature in features)
            if (found[feature].Exists && found[feature].Gain > best.Gain)
                best = found[feature];
        return best;
    }

    private int BestLeaf()
    {
        int best = -1;
        for (int i = 0; i < leaves.Count; i++)
            if (leaves[i].Best.Exists && (best < 0 || leaves[i].Best.Gain > leaves[best].Best.Gain))
                best = i;
        return best;
    }
}
