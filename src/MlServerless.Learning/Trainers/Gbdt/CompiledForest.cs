using System.Runtime.CompilerServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Trees flattened for traversal over binned rows. A node knows the column to ask, its first child, and for each of the 256 bins
/// one bit: whether it goes to the first child or to the one behind it. A leaf is a node whose every bin leads back to it, so that
/// several rows walk in step without branches.
/// </summary>
internal sealed unsafe class CompiledForest
{
    /// <summary>Rows, or trees of a single row, that walk in step.</summary>
    private const int Lanes = 16;

    private const int MaskBytes = FeatureBins.MaxBins / 8;
    private readonly int[] columns;
    private readonly int[] firstChild;
    private readonly byte[] masks;
    private readonly double[] values;
    private readonly int[] roots;
    private readonly int[] depths;
    private readonly int groups;

    /// <param name="features">The binned features; trees name them by slot.</param>
    /// <param name="groups">Outputs; tree t adds to output t modulo this.</param>
    public CompiledForest(IReadOnlyList<Tree> trees, FeatureBins[] features, int groups)
    {
        this.groups = groups;
        int total = trees.Sum(t => t.NodeCount + t.LeafCount);
        columns = new int[total];
        firstChild = new int[total];
        masks = new byte[(long)total * MaskBytes];
        values = new double[total];
        roots = new int[trees.Count];
        depths = new int[trees.Count];
        int[] featureOfSlot = new int[features.Length == 0 ? 0 : features.Max(f => f.Slot) + 1];
        for (int i = 0; i < features.Length; i++)
            featureOfSlot[features[i].Slot] = i;
        int next = 0;
        for (int t = 0; t < trees.Count; t++)
        {
            roots[t] = next;
            depths[t] = Flatten(trees[t], features, featureOfSlot, ref next);
        }
    }

    /// <summary>Adds the leaf values of all trees, in their order, to the scores.</summary>
    /// <param name="bins">The bin of feature f of row i at f × stride + i.</param>
    /// <param name="scores">Output k of row i at k × groupStride + i × rowStride.</param>
    public void AddTo(byte* bins, nint stride, int rows, Span<double> scores, int rowStride, int groupStride)
    {
        fixed (int* column = columns)
        fixed (int* child = firstChild)
        fixed (byte* mask = masks)
        {
            if (rows == 1)
            {
                AddOneRow(bins, stride, column, child, mask, scores, groupStride);
                return;
            }
            int* nodes = stackalloc int[Lanes];
            for (int t = 0; t < roots.Length; t++)
            {
                Span<double> target = scores[(t % groups * groupStride)..];
                for (int start = 0; start < rows; start += Lanes)
                {
                    int lanes = Math.Min(Lanes, rows - start);
                    new Span<int>(nodes, lanes).Fill(roots[t]);
                    WalkRows(bins + start, stride, column, child, mask, nodes, lanes, depths[t]);
                    for (int i = 0; i < lanes; i++)
                        target[(start + i) * rowStride] += values[nodes[i]];
                }
            }
        }
    }

    private void AddOneRow(byte* bins, nint stride, int* column, int* child, byte* mask, Span<double> scores, int groupStride)
    {
        int* nodes = stackalloc int[Lanes];
        for (int first = 0; first < roots.Length; first += Lanes)
        {
            int lanes = Math.Min(Lanes, roots.Length - first);
            int depth = 0;
            for (int i = 0; i < lanes; i++)
            {
                nodes[i] = roots[first + i];
                depth = Math.Max(depth, depths[first + i]);
            }
            for (int d = 0; d < depth; d++)
                for (int i = 0; i < lanes; i++)
                {
                    nint node = nodes[i];
                    nodes[i] = Next(node, bins[column[node] * stride], child, mask);
                }
            for (int i = 0; i < lanes; i++)
                scores[(first + i) % groups * groupStride] += values[nodes[i]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WalkRows(byte* bins, nint stride, int* column, int* child, byte* mask, int* nodes, int lanes, int depth)
    {
        for (int d = 0; d < depth; d++)
            for (int i = 0; i < lanes; i++)
            {
                nint node = nodes[i];
                nodes[i] = Next(node, bins[column[node] * stride + i], child, mask);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(nint node, int bin, int* child, byte* mask) =>
        child[node] + ((mask[node * MaskBytes + (bin >> 3)] >> (bin & 7)) & 1);

    private int Flatten(Tree tree, FeatureBins[] features, int[] featureOfSlot, ref int next)
    {
        int depth = 0;
        var queue = new Queue<(int Source, int Target, int Depth)>();
        queue.Enqueue((tree.NodeCount == 0 ? ~0 : 0, next++, 0));
        while (queue.TryDequeue(out (int Source, int Target, int Depth) item))
        {
            depth = Math.Max(depth, item.Depth);
            if (item.Source < 0)
            {
                firstChild[item.Target] = item.Target;
                values[item.Target] = tree.LeafValue[~item.Source];
                continue;
            }
            int feature = featureOfSlot[tree.Feature[item.Source]];
            columns[item.Target] = feature;
            firstChild[item.Target] = next;
            FillMask(tree, item.Source, features[feature], masks.AsSpan(item.Target * MaskBytes, MaskBytes));
            queue.Enqueue((tree.Left[item.Source], next++, item.Depth + 1));
            queue.Enqueue((tree.Right[item.Source], next++, item.Depth + 1));
        }
        return depth;
    }

    /// <summary>Sets the bits of the bins that go right.</summary>
    private static void FillMask(Tree tree, int node, FeatureBins bins, Span<byte> mask)
    {
        mask.Fill(byte.MaxValue);
        if (tree.LeftBuckets[node] is { } buckets)
        {
            foreach (int bucket in buckets)
                Clear(mask, bucket);
            return;
        }
        int last = bins.LastLeftBin(tree.Threshold[node]);
        for (int bin = 1; bin <= last; bin++)
            Clear(mask, bin);
        if (tree.MissingLeft[node])
            Clear(mask, FeatureBins.MissingBin);
    }

    private static void Clear(Span<byte> mask, int bin) => mask[bin >> 3] &= (byte)~(1 << (bin & 7));
}
