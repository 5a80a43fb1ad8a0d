using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// A single row without walking: for every bin of every column, the leaves of all trees that the column's nodes leave to a row of
/// that bin, a bit each, numbered from left to right. The lowest bit that all columns leave is the row's leaf (as in
/// <see cref="LeafPlanes"/>). A row reads one stretch of memory per column and combines them; the tables grow with columns × bins × trees.
/// </summary>
internal sealed unsafe class LeafTables
{
    private const int MaxColumns = 512;
    private const int MaxLeaves = 64;
    private const int VectorBytes = 32;

    /// <summary>Bytes of the trees that are combined at once, in registers.</summary>
    private const int StrideBytes = 4 * VectorBytes;

    private readonly byte[] tables;
    private readonly int[] firstByte;
    private readonly int rowBytes;
    private readonly bool wide;
    private readonly int treeCount;
    private readonly double[] values;
    private readonly int leafPlaces;

    private LeafTables(IReadOnlyList<Tree> trees, FeatureBins[] features, int[] featureOfSlot, bool wide, int rowBytes)
    {
        this.wide = wide;
        this.rowBytes = rowBytes;
        treeCount = trees.Count;
        leafPlaces = wide ? MaxLeaves : MaxLeaves / 2;
        firstByte = new int[features.Length];
        int total = 0;
        for (int f = 0; f < features.Length; total += features[f++].BinCount * rowBytes)
            firstByte[f] = total;
        tables = new byte[total];
        tables.AsSpan().Fill(byte.MaxValue);
        values = new double[treeCount * leafPlaces];
        for (int t = 0; t < treeCount; t++)
            Fill(trees[t], t, features, featureOfSlot);
    }

    /// <summary>The tables, or null where they would be larger than <paramref name="maxBytes"/> or a tree is.</summary>
    public static LeafTables? Create(IReadOnlyList<Tree> trees, FeatureBins[] features, int[] featureOfSlot, long maxBytes)
    {
        if (trees.Count == 0 || features.Length > MaxColumns || trees.Any(tree => tree.LeafCount > MaxLeaves))
            return null;
        bool wide = trees.Any(tree => tree.LeafCount > MaxLeaves / 2);
        long rowBytes = ((long)trees.Count * (wide ? sizeof(ulong) : sizeof(uint)) + StrideBytes - 1) / StrideBytes * StrideBytes;
        return rowBytes * features.Sum(f => (long)f.BinCount) <= maxBytes
            ? new LeafTables(trees, features, featureOfSlot, wide, (int)rowBytes)
            : null;
    }

    /// <summary>Adds the leaf values of all trees, in their order, to the scores of one row.</summary>
    /// <param name="bins">The bin of column c at c × stride.</param>
    /// <param name="scores">Tree t adds to output t modulo groups, at that × groupStride.</param>
    public void AddRow(byte* bins, nint stride, double* scores, int groups, int groupStride)
    {
        byte** stretches = stackalloc byte*[MaxColumns];
        byte* left = stackalloc byte[StrideBytes];
        int columns = firstByte.Length;
        fixed (byte* table = tables)
        fixed (double* value = values)
        {
            for (int c = 0; c < columns; c++)
                stretches[c] = table + firstByte[c] + bins[c * stride] * rowBytes;
            int output = 0;
            int trees = StrideBytes / (wide ? sizeof(ulong) : sizeof(uint));
            double* own = value;
            for (int first = 0, at = 0; first < treeCount; first += trees, at += StrideBytes)
            {
                Combine(stretches, columns, at, left);
                int count = Math.Min(trees, treeCount - first);
                for (int t = 0; t < count; t++, own += leafPlaces)
                {
                    int leaf = wide ? BitOperations.TrailingZeroCount(((ulong*)left)[t]) : BitOperations.TrailingZeroCount(((uint*)left)[t]);
                    scores[output * groupStride] += own[leaf];
                    if (++output == groups)
                        output = 0;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine(byte** stretches, int columns, int at, byte* left)
    {
        Vector256<ulong> a = Vector256<ulong>.AllBitsSet, b = a, c = a, d = a;
        for (int s = 0; s < columns; s++)
        {
            byte* stretch = stretches[s] + at;
            a &= Vector256.Load((ulong*)(stretch));
            b &= Vector256.Load((ulong*)(stretch + VectorBytes));
            c &= Vector256.Load((ulong*)(stretch + 2 * VectorBytes));
            d &= Vector256.Load((ulong*)(stretch + 3 * VectorBytes));
        }
        a.Store((ulong*)(left));
        b.Store((ulong*)(left + VectorBytes));
        c.Store((ulong*)(left + 2 * VectorBytes));
        d.Store((ulong*)(left + 3 * VectorBytes));
    }

    private void Fill(Tree tree, int number, FeatureBins[] features, int[] featureOfSlot)
    {
        int[] leaves = TreeShape.Leaves(tree, out int[] firstLeaf, out int[] leftLeaves);
        for (int i = 0; i < leaves.Length; i++)
            values[number * leafPlaces + i] = tree.LeafValue[leaves[i]];
        Span<ulong> right = stackalloc ulong[TreeShape.Words];
        int width = wide ? sizeof(ulong) : sizeof(uint);
        for (int node = 0; node < tree.NodeCount; node++)
        {
            int feature = featureOfSlot[tree.Feature[node]];
            TreeShape.RightBins(tree, node, features[feature], right);
            ulong gone = leftLeaves[node] == MaxLeaves ? ulong.MaxValue : ((1UL << leftLeaves[node]) - 1) << firstLeaf[node];
            ref byte entry = ref tables[firstByte[feature] + number * width];
            for (int word = 0; word < TreeShape.Words; word++)
                for (ulong bins = right[word] & InUse(features[feature].BinCount - word * 64); bins != 0; bins &= bins - 1)
                {
                    ref byte target = ref Unsafe.Add(ref entry, (nint)(word * 64 + BitOperations.TrailingZeroCount(bins)) * rowBytes);
                    if (wide)
                        Unsafe.As<byte, ulong>(ref target) &= ~gone;
                    else
                        Unsafe.As<byte, uint>(ref target) &= ~(uint)gone;
                }
        }

        static ulong InUse(int bins) => bins <= 0 ? 0 : bins >= 64 ? ulong.MaxValue : (1UL << bins) - 1;
    }
}
