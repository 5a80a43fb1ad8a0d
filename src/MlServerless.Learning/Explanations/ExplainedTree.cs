using System.Runtime.InteropServices;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Explanations;

/// <summary>
/// Exact Shapley values of one tree, path-dependent: a slot that is not known goes both ways at its nodes, weighted by the training
/// rows there (Lundberg, Erion and Lee, "Consistent Individualized Feature Attribution for Tree Ensembles", 2018). The tree is the
/// sum of its leaves; for a leaf with value v, the game is v times a product over its slots, of 1 or 0 (whether the row follows) for
/// known ones and of the share for others. Slots that the row does not follow all get the same; for those that it follows, the
/// sum over coalitions is read from the polynomial ∏ (share + x) without the slot's own factor.
/// </summary>
internal sealed class ExplainedTree
{
    private readonly Tree tree;
    private readonly ulong[]?[] leftSets;
    private readonly LeafPath[] paths;
    private readonly int[] firstPath;
    private readonly int[] turns;

    public ExplainedTree(Tree tree, IReadOnlyList<Slot> slots)
    {
        this.tree = tree;
        leftSets = [.. tree.LeftBuckets.Select((buckets, node) => buckets is null ? null : SetOf(buckets, slots[tree.Feature[node]].Buckets))];
        int[] parents = Parents(out int[] leafParents);
        List<LeafPath> found = [];
        List<int> foundTurns = [];
        firstPath = new int[tree.LeafCount + 1];
        for (int leaf = 0; leaf < tree.LeafCount; leaf++)
        {
            double reached = AddPaths(leaf, leafParents[leaf], parents, slots, found, foundTurns);
            Mean += tree.LeafValue[leaf] * reached;
            firstPath[leaf + 1] = found.Count;
            MaxSlots = Math.Max(MaxSlots, found.Count - firstPath[leaf]);
        }
        paths = [.. found];
        turns = [.. foundTurns];
    }

    /// <summary>The leaf value of a row of which nothing is known.</summary>
    public double Mean { get; }

    /// <summary>Slots on the way to one leaf at most.</summary>
    public int MaxSlots { get; }

    public int NodeCount => tree.NodeCount;

    public int PathCount => paths.Length;

    /// <summary>Adds the Shapley values of a row's slots to their inputs.</summary>
    /// <param name="goesLeft">Room for every node.</param>
    /// <param name="polynomial">Room for a number per slot of a path, and one.</param>
    /// <param name="order">Room for a number per slot of a path.</param>
    public void Explain(
        ReadOnlySpan<double> slots, Span<double> contributions, ShapleyWeights weights, Span<bool> goesLeft, Span<double> polynomial, Span<int> order)
    {
        for (int node = 0; node < tree.NodeCount; node++)
            goesLeft[node] = GoesLeft(node, slots[tree.Feature[node]]);
        for (int leaf = 0; leaf < tree.LeafCount; leaf++)
            AddLeaf(new ReadOnlySpan<LeafPath>(paths, firstPath[leaf], firstPath[leaf + 1] - firstPath[leaf]), tree.LeafValue[leaf], contributions, weights, goesLeft, polynomial, order);
    }

    private void AddLeaf(
        ReadOnlySpan<LeafPath> slots, double value, Span<double> contributions, ShapleyWeights weights, ReadOnlySpan<bool> goesLeft, Span<double> polynomial, Span<int> order)
    {
        int count = slots.Length;
        if (count == 0)
            return;
        // Followed slots from the front, the others from the back.
        order = order[..count];
        int followed = 0;
        int notFollowed = count;
        double missed = value;
        polynomial[0] = 1;
        for (int i = 0; i < count; i++)
        {
            if (!Follows(slots[i], goesLeft))
            {
                missed *= slots[i].Share;
                order[--notFollowed] = i;
                continue;
            }
            order[followed++] = i;
            polynomial[followed] = 0;
            for (int s = followed; s > 0; s--)
                polynomial[s] = polynomial[s] * slots[i].Share + polynomial[s - 1];
            polynomial[0] *= slots[i].Share;
        }
        if (missed == 0)
            return;
        ReadOnlySpan<double> weight = weights.Of(count);
        if (followed < count)
        {
            double sum = 0;
            for (int s = 0; s <= followed; s++)
                sum += polynomial[s] * weight[s];
            foreach (int i in order[followed..])
                contributions[slots[i].Input] -= missed * sum;
        }
        foreach (int i in order[..followed])
        {
            double share = slots[i].Share;
            double quotient = 0;
            double sum = 0;
            for (int s = followed; s > 0; s--)
            {
                quotient = polynomial[s] - share * quotient;
                sum += quotient * weight[s - 1];
            }
            contributions[slots[i].Input] += (1 - share) * missed * sum;
        }
    }

    private bool Follows(LeafPath path, ReadOnlySpan<bool> goesLeft)
    {
        foreach (int turn in new ReadOnlySpan<int>(turns, path.FirstTurn, path.Turns))
            if (goesLeft[turn >> 1] != ((turn & 1) != 0))
                return false;
        return true;
    }

    private bool GoesLeft(int node, double value)
    {
        if (leftSets[node] is { } set)
            return (set[(int)value >> 6] >> ((int)value & 63) & 1) != 0;
        return double.IsNaN(value) ? tree.MissingLeft[node] : value <= tree.Threshold[node];
    }

    /// <summary>Adds what lies on the way to a leaf; returns the share of all rows that reach it.</summary>
    private double AddPaths(int leaf, int parent, int[] parents, IReadOnlyList<Slot> slots, List<LeafPath> found, List<int> foundTurns)
    {
        var bySlot = new Dictionary<int, (double Share, List<int> Turns)>();
        int child = ~leaf;
        for (int node = parent; node >= 0; child = node, node = parents[node])
        {
            ref (double Share, List<int> Turns) own = ref CollectionsMarshal.GetValueRefOrAddDefault(bySlot, tree.Feature[node], out bool exists);
            if (!exists)
                own = (1, []);
            bool left = tree.Left[node] == child;
            own.Share *= ShareOf(node, left);
            own.Turns.Add(node << 1 | (left ? 1 : 0));
        }
        double reached = 1;
        foreach ((int slot, (double share, List<int> ways)) in bySlot)
        {
            found.Add(new LeafPath(slots[slot].Input, share, foundTurns.Count, ways.Count));
            foundTurns.AddRange(ways);
            reached *= share;
        }
        return reached;
    }

    private double ShareOf(int node, bool left)
    {
        double leftRows = Rows(tree.Left[node]);
        double rightRows = Rows(tree.Right[node]);
        double all = leftRows + rightRows;
        return all == 0 ? 0.5 : (left ? leftRows : rightRows) / all;

        double Rows(int child) => child < 0 ? tree.LeafRows[~child] : tree.NodeRows[child];
    }

    private int[] Parents(out int[] leafParents)
    {
        int[] parents = new int[tree.NodeCount];
        leafParents = new int[tree.LeafCount];
        parents.AsSpan().Fill(-1);
        leafParents.AsSpan().Fill(-1);
        for (int node = 0; node < tree.NodeCount; node++)
            foreach (int child in (ReadOnlySpan<int>)[tree.Left[node], tree.Right[node]])
                (child < 0 ? leafParents : parents)[child < 0 ? ~child : child] = node;
        return parents;
    }

    private static ulong[] SetOf(int[] buckets, int count)
    {
        ulong[] set = new ulong[(count + 63) / 64];
        foreach (int bucket in buckets)
            set[bucket >> 6] |= 1UL << (bucket & 63);
        return set;
    }
}
