namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>What both ways of walking a tree ask of it: which bins go right at a node, and its leaves from left to right.</summary>
internal static class TreeShape
{
    /// <summary>64-bit words of a set of bins.</summary>
    public const int Words = FeatureBins.MaxBins / 64;

    /// <summary>Sets the bits of the bins that go right.</summary>
    /// <param name="set"><see cref="Words"/> words.</param>
    public static void RightBins(Tree tree, int node, FeatureBins bins, Span<ulong> set)
    {
        set.Fill(ulong.MaxValue);
        if (tree.LeftBuckets[node] is { } buckets)
        {
            foreach (int bucket in buckets)
                Clear(set, bucket);
            return;
        }
        int last = bins.LastLeftBin(tree.Threshold[node]);
        for (int word = 0; word < Words; word++)
        {
            int kept = Math.Clamp(last + 1 - word * 64, 0, 64);
            set[word] = kept == 64 ? 0 : ulong.MaxValue << kept;
        }
        if (!tree.MissingLeft[node])
            set[0] |= 1UL << FeatureBins.MissingBin;
    }

    /// <summary>The leaves in the order in which they lie from left to right.</summary>
    /// <param name="firstLeaf">Per node, the place of the first leaf below it in that order.</param>
    /// <param name="leftLeaves">Per node, how many leaves lie below its left child.</param>
    public static int[] Leaves(Tree tree, out int[] firstLeaf, out int[] leftLeaves)
    {
        firstLeaf = new int[tree.NodeCount];
        leftLeaves = new int[tree.NodeCount];
        int[] below = new int[tree.NodeCount];
        // Children lie behind their parents.
        for (int node = tree.NodeCount - 1; node >= 0; node--)
        {
            leftLeaves[node] = Count(tree.Left[node]);
            below[node] = leftLeaves[node] + Count(tree.Right[node]);
        }
        int[] leaves = new int[tree.LeafCount];
        if (tree.NodeCount == 0)
            return leaves;
        for (int node = 0; node < tree.NodeCount; node++)
        {
            Place(tree.Left[node], firstLeaf[node], firstLeaf);
            Place(tree.Right[node], firstLeaf[node] + leftLeaves[node], firstLeaf);
        }
        return leaves;

        int Count(int child) => child < 0 ? 1 : below[child];

        void Place(int child, int place, int[] first)
        {
            if (child < 0)
                leaves[place] = ~child;
            else
                first[child] = place;
        }
    }

    private static void Clear(Span<ulong> set, int bin) => set[bin >> 6] &= ~(1UL << (bin & 63));
}
