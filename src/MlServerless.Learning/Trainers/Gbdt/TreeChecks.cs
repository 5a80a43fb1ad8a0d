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
            string what = FormattableString.Invariant($"tree {index}, node {node}");
            CheckQuestion(tree, node, what, slots);
            Reach(tree, node, tree.Left[node], reached, what);
            Reach(tree, node, tree.Right[node], reached, what);
            if (tree.NodeRows[node] < 0)
                throw new InvalidArtifactException($"{what}: a negative number of rows.");
        }
        // n nodes have 2n children, and each of the other n−1 nodes and n+1 leaves is reached at most once: all are reached.
        if (Array.Exists(tree.LeafRows, rows => rows < 0))
            throw new InvalidArtifactException(FormattableString.Invariant($"tree {index}: a leaf with a negative number of rows."));
    }

    private static void CheckQuestion(Tree tree, int node, string what, IReadOnlyList<Slot> slots)
    {
        int slot = tree.Feature[node];
        if (slot < 0 || slot >= slots.Count)
            throw new InvalidArtifactException($"{what}: there is no slot {slot}; the preprocessing makes {slots.Count}.");
        if (slots[slot].IsCategory == tree.LeftBuckets[node] is null)
            throw new InvalidArtifactException($"{what}: slot {slot} is {(slots[slot].IsCategory ? "a category and needs buckets" : "a number and has none")}.");
        if (tree.LeftBuckets[node] is { } buckets && buckets.Any(b => b < 0 || b >= slots[slot].Buckets))
            throw new InvalidArtifactException($"{what}: a bucket is outside 0 to {slots[slot].Buckets - 1}.");
    }

    private static void Reach(Tree tree, int parent, int child, bool[] reached, string what)
    {
        bool valid = child >= 0 ? child > parent && child < tree.NodeCount : ~child < tree.LeafCount;
        if (!valid)
            throw new InvalidArtifactException($"{what}: the child {child} does not exist or lies before its parent.");
        int place = child >= 0 ? child : tree.NodeCount + ~child;
        if (reached[place])
            throw new InvalidArtifactException($"{what}: the child {child} has two parents.");
        reached[place] = true;
    }
}
