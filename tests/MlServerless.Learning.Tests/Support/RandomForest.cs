using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Tests.Support;

/// <summary>Trees of any shape over numbers with missing values and categories, and rows to walk through them.</summary>
internal sealed class RandomForest
{
    public const int Numbers = 5;
    public const int Slots = 8;
    private static readonly int[] BucketCounts = [3, 40, 254];
    private readonly SeededGenerator generator;

    public RandomForest(ulong seed, int trees, int maxLeaves)
    {
        generator = new SeededGenerator(seed);
        Features = [.. Enumerable.Range(0, Slots).Select(Bins)];
        Trees = [.. Enumerable.Range(0, trees).Select(_ => MakeTree(1 + generator.NextInt(maxLeaves)))];
    }

    public FeatureBins[] Features { get; }

    public Tree[] Trees { get; }

    /// <summary>The slots, each of an input of its own.</summary>
    public static Slot[] SlotsOf() => [.. Enumerable.Range(0, Slots).Select(s => new Slot(s, "value", s >= Numbers ? BucketCounts[s - Numbers] : 0))];

    /// <summary>The values of a row's slots.</summary>
    public double[] Row()
    {
        double[] row = new double[Slots];
        for (int s = 0; s < Slots; s++)
            row[s] = s >= Numbers ? generator.NextInt(BucketCounts[s - Numbers])
                : generator.NextInt(6) == 0 ? double.NaN
                : generator.NextInt(3) == 0 ? Edge(s) : generator.NextDouble() * 12 - 1;
        return row;
    }

    /// <summary>The leaf value of a row, as the definition of <see cref="Tree"/> gives it.</summary>
    public static double Walk(Tree tree, ReadOnlySpan<double> row)
    {
        int at = tree.NodeCount == 0 ? ~0 : 0;
        while (at >= 0)
        {
            double value = row[tree.Feature[at]];
            bool left = tree.LeftBuckets[at] is { } buckets ? buckets.Contains((int)value)
                : double.IsNaN(value) ? tree.MissingLeft[at]
                : value <= tree.Threshold[at];
            at = left ? tree.Left[at] : tree.Right[at];
        }
        return tree.LeafValue[~at];
    }

    private static FeatureBins Bins(int slot) => slot >= Numbers
        ? FeatureBins.Category(slot, BucketCounts[slot - Numbers])
        : FeatureBins.Numeric(slot, [.. Enumerable.Range(0, slot == 0 ? FeatureBins.MaxBins - 2 : 3 * slot).Select(i => i * 10.0 / (slot == 0 ? 254 : 3 * slot))]);

    private double Edge(int slot) => Features[slot].Edges[generator.NextInt(Features[slot].Edges.Length)];

    private Tree MakeTree(int leaves)
    {
        int nodes = leaves - 1;
        List<(int Parent, bool IsLeft)> open = [(-1, false)];
        int[] left = new int[nodes], right = new int[nodes], feature = new int[nodes], rows = new int[nodes];
        double[] threshold = new double[nodes], gain = new double[nodes];
        bool[] missingLeft = new bool[nodes];
        int[]?[] buckets = new int[]?[nodes];
        for (int node = 0; node < nodes; node++)
        {
            Take(generator.NextInt(open.Count), node);
            feature[node] = generator.NextInt(Slots);
            gain[node] = generator.NextDouble();
            if (feature[node] >= Numbers)
            {
                int count = BucketCounts[feature[node] - Numbers];
                buckets[node] = generator.Choose(count, 1 + generator.NextInt(count - 1));
                missingLeft[node] = buckets[node]![0] == 0;
            }
            else
            {
                threshold[node] = generator.NextInt(10) == 0 ? double.MaxValue : Edge(feature[node]);
                missingLeft[node] = generator.NextInt(2) == 0;
            }
            open.Add((node, true));
            open.Add((node, false));
        }
        int[] leafRows = new int[leaves];
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            leafRows[leaf] = 1 + generator.NextInt(50);
            Take(open.Count - 1, ~leaf);
        }
        for (int node = nodes - 1; node >= 0; node--)
            rows[node] = Count(left[node]) + Count(right[node]);
        return new Tree
        {
            Feature = feature,
            Threshold = threshold,
            MissingLeft = missingLeft,
            LeftBuckets = buckets,
            Left = left,
            Right = right,
            Gain = gain,
            NodeRows = rows,
            LeafValue = [.. Enumerable.Range(0, leaves).Select(_ => generator.NextDouble() - 0.5)],
            LeafRows = leafRows,
        };

        int Count(int child) => child < 0 ? leafRows[~child] : rows[child];

        void Take(int place, int child)
        {
            (int parent, bool isLeft) = open[place];
            open.RemoveAt(place);
            if (parent >= 0)
                (isLeft ? left : right)[parent] = child;
        }
    }
}
