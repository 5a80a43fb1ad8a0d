using System.Runtime.CompilerServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// One tree for the rows of a training: each node knows where its feature's bin lies and, by one bit per bin, which child comes
/// next. A leaf leads back to itself, so that several rows walk in step without branches.
/// </summary>
internal sealed unsafe class BinnedTree
{
    private const int Lanes = 16;
    private const int MaskBytes = FeatureBins.MaxBins / 8;
    private readonly BinnedRows data;
    private readonly long[] columns;
    private readonly int[] children;
    private readonly byte[] masks;
    private readonly double[] values;
    private readonly int depth;

    /// <param name="tree">A tree over the slots of these rows.</param>
    /// <param name="featureOfSlot">Index of the binned feature of every slot.</param>
    public BinnedTree(Tree tree, BinnedRows data, int[] featureOfSlot)
    {
        this.data = data;
        int total = tree.NodeCount + tree.LeafCount;
        columns = new long[total];
        children = new int[total];
        masks = new byte[total * MaskBytes];
        values = new double[total];
        var queue = new Queue<(int Source, int Target, int Depth)>();
        int next = 1;
        queue.Enqueue((tree.NodeCount == 0 ? ~0 : 0, 0, 0));
        while (queue.TryDequeue(out (int Source, int Target, int Depth) item))
        {
            depth = Math.Max(depth, item.Depth);
            if (item.Source < 0)
            {
                children[item.Target] = item.Target;
                values[item.Target] = tree.LeafValue[~item.Source];
                continue;
            }
            int feature = featureOfSlot[tree.Feature[item.Source]];
            columns[item.Target] = data.Column(feature) - data.Column(0);
            children[item.Target] = next;
            FillMask(tree, item.Source, data.Features[feature], masks.AsSpan(item.Target * MaskBytes, MaskBytes));
            queue.Enqueue((tree.Left[item.Source], next++, item.Depth + 1));
            queue.Enqueue((tree.Right[item.Source], next++, item.Depth + 1));
        }
    }

    /// <summary>Adds the value of the leaf of each row from … to−1 to its score.</summary>
    /// <param name="scores">One per row of the data.</param>
    public void AddTo(Span<double> scores, int from, int to)
    {
        int* nodes = stackalloc int[Lanes];
        byte* cells = data.Column(0);
        fixed (long* column = columns)
        fixed (int* child = children)
        fixed (byte* mask = masks)
        {
            for (int start = from; start < to; start += Lanes)
            {
                int lanes = Math.Min(Lanes, to - start);
                new Span<int>(nodes, Lanes).Clear();
                Walk(cells + start, column, child, mask, nodes, lanes, depth);
                for (int i = 0; i < lanes; i++)
                    scores[start + i] += values[nodes[i]];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(byte* cells, long* column, int* child, byte* mask, int* nodes, int lanes, int depth)
    {
        for (int d = 0; d < depth; d++)
            for (int i = 0; i < lanes; i++)
            {
                nint node = nodes[i];
                int bin = cells[column[node] + i];
                nodes[i] = child[node] + ((mask[node * MaskBytes + (bin >> 3)] >> (bin & 7)) & 1);
            }
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
