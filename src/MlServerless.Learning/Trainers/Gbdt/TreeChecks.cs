using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Whether a tree that was read can be walked: every child exists, is reached once and lies behind its parent.</summary>
internal static class TreeChecks
{
    public static void Check(Tree tree, int index, IReadOnlyList<Slot> slots)
    {
        var reached = new bool[tree.NodeCount + tree.LeafCount];
        for (int node = 0; node < tree.NodeCount; node++)
        {
            string? problem = Question(tree, node, slots)
                ?? Reach(tree, node, tree.Left[node], reached)
                ?? Reach(tree, node, tree.Right[node], reached)
                ?? (tree.NodeRows[node] < 0 ? "a negative number of rows" : null);
            if (problem is not null)
                throw new InvalidArtifactException(FormattableString.Invariant($"tree {index}, node {node}: {problem}."));
        }
        // n nodes have 2n children, and each of the other n−1 nodes and n+1 leaves is reached at most once: all are reached.
        if (Array.Exists(tree.LeafRows, rows => rows < 0))
            throw new InvalidArtifactException(FormattableString.Invariant($"tree {index}: a leaf with a negative number of rows."));
    }

    private static string? Question(Tree tree, int node, IReadOnlyList<Slot> slots)
    {
        int slot = tree.Feature[node];
        if (slot < 0 || slot >= slots.Count)
            return $"there is no slot {slot}; the preprocessing makes {slots.Count}";
        int[]? buckets = tree.LeftBuckets[node];
        if (slots[slot].IsCategory == buckets is null)
            return $"slot {slot} is {(slots[slot].IsCategory ? "a category and needs buckets" : "a number and has none")}";
        if (buckets is not null && Array.Exists(buckets, bucket => bucket < 0 || bucket >= slots[slot].Buckets))
            return $"a bucket is outside 0 to {slots[slot].Buckets - 1}";
        return null;
    }

    private static string? Reach(Tree tree, int parent, int child, bool[] reached)
    {
        bool valid = child >= 0 ? child > parent && child < tree.NodeCount : ~child < tree.LeafCount;
        if (!valid)
            return $"the child {child} does not exist or lies before its parent";
        int place = child >= 0 ? child : tree.NodeCount + ~child;
        if (reached[place])
            return $"the child {child} has two parents";
        reached[place] = true;
        return null;
    }
}
