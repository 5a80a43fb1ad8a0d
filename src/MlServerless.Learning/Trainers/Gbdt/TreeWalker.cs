using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Trees of any size, flattened for walking from the root: a node knows the column to ask, its first child, and the set of bins
/// that go to the child behind the first; equal sets are kept once. At a leaf every bin leads back to it, so that several walks
/// go in step without branches.
/// </summary>
internal sealed unsafe class TreeWalker
{
    /// <summary>Walks that go in step.</summary>
    private const int Lanes = 8;

    /// <summary>Trees of one row that are walked before their leaves are added up in order.</summary>
    private const int TreesAtOnce = 128;

    private readonly Node[] nodes;
    private readonly ulong[] sets;
    private readonly double[] values;
    private readonly int[] roots;
    private readonly int[] depths;

    /// <summary>Per <see cref="TreesAtOnce"/> trees, their numbers by depth: those that walk in step are about equally deep.</summary>
    private readonly int[] byDepth;

    /// <param name="featureOfSlot">The column of each slot.</param>
    public TreeWalker(IReadOnlyList<Tree> trees, FeatureBins[] features, int[] featureOfSlot)
    {
        int total = trees.Sum(t => t.NodeCount + t.LeafCount);
        nodes = new Node[total];
        values = new double[total];
        roots = new int[trees.Count];
        depths = new int[trees.Count];
        // Number 0 is the empty set of the leaves.
        var found = new BinSets();
        int next = 0;
        for (int t = 0; t < trees.Count; t++)
        {
            roots[t] = next;
            depths[t] = Flatten(trees[t], features, featureOfSlot, found, ref next);
        }
        sets = found.ToArray();
        byDepth = [.. Enumerable.Range(0, trees.Count).OrderBy(t => t / TreesAtOnce).ThenBy(t => depths[t]).ThenBy(t => t)];
    }

    /// <summary>Adds the leaf values of one tree to the scores of rows.</summary>
    /// <param name="bins">The bin of column c of row i at c × stride + i.</param>
    public void AddTree(int tree, byte* bins, nint stride, int rows, double* scores, int rowStride)
    {
        int* at = stackalloc int[Lanes];
        fixed (Node* node = nodes)
        fixed (ulong* set = sets)
        {
            for (int start = 0; start < rows; start += Lanes)
            {
                int lanes = Math.Min(Lanes, rows - start);
                new Span<int>(at, Lanes).Fill(roots[tree]);
                if (lanes == Lanes)
                    Walk(node, set, at, bins + start, stride, 1, depths[tree]);
                else
                    for (int i = 0; i < lanes; i++)
                        at[i] = WalkOne(node, set, roots[tree], bins + start + i, stride);
                for (int i = 0; i < lanes; i++)
                    scores[(start + i) * rowStride] += values[at[i]];
            }
        }
    }

    /// <summary>Adds the leaf values of all trees, in their order, to the scores of one row.</summary>
    /// <param name="bins">The bin of column c at c × stride.</param>
    /// <param name="scores">Tree t adds to output t modulo groups, at that × groupStride.</param>
    public void AddRow(byte* bins, nint stride, double* scores, int groups, int groupStride)
    {
        int* at = stackalloc int[Lanes];
        int* leaves = stackalloc int[TreesAtOnce];
        fixed (Node* node = nodes)
        fixed (ulong* set = sets)
        {
            for (int first = 0; first < roots.Length; first += TreesAtOnce)
            {
                int count = Math.Min(TreesAtOnce, roots.Length - first);
                for (int start = 0; start < count; start += Lanes)
                {
                    int lanes = Math.Min(Lanes, count - start);
                    ReadOnlySpan<int> trees = byDepth.AsSpan(first + start, lanes);
                    for (int i = 0; i < Lanes; i++)
                        at[i] = roots[trees[Math.Min(i, lanes - 1)]];
                    Walk(node, set, at, bins, stride, 0, depths[trees[^1]]);
                    for (int i = 0; i < lanes; i++)
                        leaves[trees[i] - first] = at[i];
                }
                int output = first % groups;
                for (int t = 0; t < count; t++)
                {
                    scores[output * groupStride] += values[leaves[t]];
                    if (++output == groups)
                        output = 0;
                }
            }
        }
    }

    // In local variables, because the compiler keeps no array in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk(Node* nodes, ulong* sets, int* at, byte* bins, nint stride, nint binStep, int depth)
    {
        nint n0 = at[0], n1 = at[1], n2 = at[2], n3 = at[3], n4 = at[4], n5 = at[5], n6 = at[6], n7 = at[7];
        byte* half = bins + 4 * binStep;
        for (int d = 0; d < depth; d++)
        {
            n0 = Next(nodes, sets, n0, bins, stride);
            n1 = Next(nodes, sets, n1, bins + binStep, stride);
            n2 = Next(nodes, sets, n2, bins + 2 * binStep, stride);
            n3 = Next(nodes, sets, n3, bins + 3 * binStep, stride);
            n4 = Next(nodes, sets, n4, half, stride);
            n5 = Next(nodes, sets, n5, half + binStep, stride);
            n6 = Next(nodes, sets, n6, half + 2 * binStep, stride);
            n7 = Next(nodes, sets, n7, half + 3 * binStep, stride);
        }
        (at[0], at[1], at[2], at[3]) = ((int)n0, (int)n1, (int)n2, (int)n3);
        (at[4], at[5], at[6], at[7]) = ((int)n4, (int)n5, (int)n6, (int)n7);
    }

    private static int WalkOne(Node* nodes, ulong* sets, nint node, byte* bins, nint stride)
    {
        while (nodes[node].FirstChild != node)
            node = Next(nodes, sets, node, bins, stride);
        return (int)node;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Next(Node* nodes, ulong* sets, nint at, byte* bins, nint stride)
    {
        Node* node = nodes + at;
        int bin = bins[node->Column * stride];
        return node->FirstChild + (nint)((sets[node->Set + (bin >> 6)] >> bin) & 1);
    }

    private int Flatten(Tree tree, FeatureBins[] features, int[] featureOfSlot, BinSets found, ref int next)
    {
        int depth = 0;
        Span<ulong> set = stackalloc ulong[TreeShape.Words];
        var queue = new Queue<(int Source, int Target, int Depth)>();
        queue.Enqueue((tree.NodeCount == 0 ? ~0 : 0, next++, 0));
        while (queue.TryDequeue(out (int Source, int Target, int Depth) item))
        {
            depth = Math.Max(depth, item.Depth);
            if (item.Source < 0)
            {
                nodes[item.Target] = new Node(0, 0, item.Target);
                values[item.Target] = tree.LeafValue[~item.Source];
                continue;
            }
            int feature = featureOfSlot[tree.Feature[item.Source]];
            TreeShape.RightBins(tree, item.Source, features[feature], set);
            nodes[item.Target] = new Node(feature, found.Find(set), next);
            queue.Enqueue((tree.Left[item.Source], next++, item.Depth + 1));
            queue.Enqueue((tree.Right[item.Source], next++, item.Depth + 1));
        }
        return depth;
    }

    /// <param name="Set">Where its set begins among the words of all.</param>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Node(int Column, int Set, int FirstChild);

    private sealed class BinSets
    {
        private readonly List<ulong> words = [0, 0, 0, 0];
        private readonly Dictionary<(ulong, ulong, ulong, ulong), int> places = new() { [(0, 0, 0, 0)] = 0 };

        public int Find(ReadOnlySpan<ulong> set)
        {
            (ulong, ulong, ulong, ulong) key = (set[0], set[1], set[2], set[3]);
            if (!places.TryGetValue(key, out int place))
            {
                places.Add(key, place = words.Count);
                words.AddRange(set);
            }
            return place;
        }

        public ulong[] ToArray() => [.. words];
    }
}
