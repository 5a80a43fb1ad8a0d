using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Grows one tree leaf by leaf: the leaf whose best split gains most is split next. Only the smaller child's histogram is summed,
/// the larger one's is its parent's minus that.
/// </summary>
internal sealed unsafe class TreeGrower
{
    /// <summary>Cells below which waking other threads costs more than it saves.</summary>
    private const long SmallWork = 1 << 15;

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

    public TreeGrower(BinnedRows data, GrowthLimits limits, SplitRules rules, GradientFormat format, bool sampled, WorkTeam team)
    {
        this.data = data;
        this.limits = limits;
        this.rules = rules;
        this.format = format;
        this.team = team;
        finder = new SplitFinder(format, rules);
        histograms = new HistogramBuilder(data);
        partition = new RowPartition(data.RowCount, sampled, team);
        firstSplits = new Split[data.Features.Length];
        secondSplits = new Split[data.Features.Length];
    }

    /// <summary>The leaves of the tree grown last, in the order of their numbers.</summary>
    public IReadOnlyList<GrowingLeaf> Leaves => leaves;

    /// <summary>The rows of a leaf of the tree grown last.</summary>
    public ReadOnlySpan<int> RowsOf(GrowingLeaf leaf) => partition.Rows(leaf.Start, leaf.Count);

    /// <param name="pairs">Packed gradient and second derivative of every row.</param>
    /// <param name="rows">Rows the tree may see, ascending.</param>
    /// <param name="features">Features the tree may use, ascending.</param>
    /// <param name="learningRate">Factor on every leaf value.</param>
    public Tree Grow(AlignedLongs pairs, ReadOnlySpan<int> rows, int[] features, double learningRate)
    {
        leaves.Clear();
        partition.Reset(rows);
        var tree = new TreeBuilder(data.Features);
        leaves.Add(Root(pairs, rows.Length, features));
        while (leaves.Count < limits.MaxLeaves)
        {
            int chosen = BestLeaf();
            if (chosen < 0)
                break;
            SplitLeaf(chosen, pairs, features, tree);
        }
        foreach (GrowingLeaf leaf in leaves)
        {
            leaf.Value = learningRate * rules.LeafValue(format.Gradient(leaf.Gradient), format.Hessian(leaf.Hessian));
            if (leaf.Histogram is not null)
                histograms.Return(leaf.Histogram);
            leaf.Histogram = null;
        }
        return tree.Build(leaves);
    }

    private GrowingLeaf Root(AlignedLongs pairs, int count, int[] features)
    {
        bool all = count == data.RowCount;
        if (!all)
            partition.Gather(0, count, pairs.Pointer);
        long* source = all ? pairs.Pointer : partition.Gathered;
        long gradient = 0;
        long hessian = 0;
        for (long i = 0; i < count; i++)
        {
            gradient += source[2 * i];
            hessian += source[2 * i + 1];
        }
        var root = new GrowingLeaf { Start = 0, Count = count, Depth = 0, Gradient = gradient, Hessian = hessian, Parent = -1, IsLeft = false };
        if (!CanSplit(root))
            return root;
        root.Histogram = histograms.Rent();
        RunGroups(features, count, group =>
        {
            if (all)
                histograms.SumAll(root.Histogram, group.Span, pairs.Pointer, count);
            else
                histograms.SumRows(root.Histogram, group.Span, partition.Gathered, partition.Pointer(0), count);
            FindSplits(root, group.Span, firstSplits);
        });
        root.Best = Best(firstSplits, features);
        return root;
    }

    private void SplitLeaf(int chosen, AlignedLongs pairs, int[] features, TreeBuilder tree)
    {
        GrowingLeaf parent = leaves[chosen];
        Split split = parent.Best;
        int node = tree.AddNode(split, parent, format.Count(parent.Hessian));
        int leftCount = format.Count(split.LeftHessian);
        var left = new GrowingLeaf
        {
            Start = parent.Start, Count = leftCount, Depth = parent.Depth + 1,
            Gradient = split.LeftGradient, Hessian = split.LeftHessian, Parent = node, IsLeft = true,
        };
        var right = new GrowingLeaf
        {
            Start = parent.Start + leftCount, Count = parent.Count - leftCount, Depth = parent.Depth + 1,
            Gradient = parent.Gradient - split.LeftGradient, Hessian = parent.Hessian - split.LeftHessian, Parent = node, IsLeft = false,
        };
        leaves[chosen] = left;
        leaves.Add(right);

        bool lookFurther = leaves.Count < limits.MaxLeaves && (CanSplit(left) || CanSplit(right));
        split.FillRoutes(routes);
        partition.Divide(parent.Start, parent.Count, leftCount, data.Column(split.Feature), routes, pairs.Pointer, lookFurther);
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
        RunGroups(features, smaller.Count, group =>
        {
            histograms.SumRows(smaller.Histogram, group.Span, partition.Gathered, partition.Pointer(smaller.Start), smaller.Count);
            histograms.Subtract(larger.Histogram, smaller.Histogram, group.Span);
            FindSplits(smaller, group.Span, firstSplits);
            FindSplits(larger, group.Span, secondSplits);
        });
        smaller.Best = Best(firstSplits, features);
        larger.Best = Best(secondSplits, features);
    }

    private bool CanSplit(GrowingLeaf leaf) =>
        leaf.Count >= 2 * Math.Max(1, rules.MinRowsPerLeaf) && (limits.MaxDepth == 0 || leaf.Depth < limits.MaxDepth);

    private void RunGroups(int[] features, int rows, Action<ReadOnlyMemory<int>> body)
    {
        int groups = WorkTeam.BlockCount(features.Length, HistogramBuilder.GroupSize);
        WorkTeam runner = (long)rows * features.Length < SmallWork ? alone : team;
        runner.Run(groups, group =>
        {
            int start = group * HistogramBuilder.GroupSize;
            body(features.AsMemory(start, Math.Min(HistogramBuilder.GroupSize, features.Length - start)));
        });
    }

    private void FindSplits(GrowingLeaf leaf, ReadOnlySpan<int> features, Split[] found)
    {
        bool possible = CanSplit(leaf);
        foreach (int feature in features)
            found[feature] = possible
                ? finder.Find(feature, data.Features[feature], histograms.Sums(leaf.Histogram!, feature), leaf.Gradient, leaf.Hessian)
                : Split.None;
    }

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
