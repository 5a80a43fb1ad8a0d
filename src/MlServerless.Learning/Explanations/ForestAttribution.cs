using System.Buffers;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Explanations;

/// <summary>Shapley values of a boosted forest: those of its trees, added up in their order.</summary>
internal sealed class ForestAttribution : IAttribution
{
    private const int MaxStackNodes = 1024;
    private const int MaxStackSlots = 128;
    private readonly ExplainedTree[] trees;
    private readonly ShapleyWeights weights;
    private readonly int maxNodes;
    private readonly int maxSlots;

    public ForestAttribution(GbdtBody body, IReadOnlyList<Slot> slots)
    {
        trees = [.. body.Trees.Select(tree => new ExplainedTree(tree, slots))];
        BaseValues = [.. body.BaseScores];
        for (int t = 0; t < trees.Length; t++)
            BaseValues[t % BaseValues.Length] += trees[t].Mean;
        Cost = trees.Sum(tree => (long)tree.PathCount);
        maxNodes = trees.Length == 0 ? 0 : trees.Max(tree => tree.NodeCount);
        maxSlots = trees.Length == 0 ? 0 : trees.Max(tree => tree.MaxSlots);
        weights = new ShapleyWeights(maxSlots);
    }

    public double[] BaseValues { get; }

    public long Cost { get; }

    public void Explain(ReadOnlySpan<double> slots, Span<double> contributions)
    {
        bool[]? largeNodes = maxNodes > MaxStackNodes ? ArrayPool<bool>.Shared.Rent(maxNodes) : null;
        double[]? largePolynomial = maxSlots >= MaxStackSlots ? ArrayPool<double>.Shared.Rent(maxSlots + 1) : null;
        int[]? largeOrder = maxSlots >= MaxStackSlots ? ArrayPool<int>.Shared.Rent(maxSlots) : null;
        Span<bool> goesLeft = largeNodes ?? stackalloc bool[MaxStackNodes];
        Span<double> polynomial = largePolynomial ?? stackalloc double[MaxStackSlots];
        Span<int> order = largeOrder ?? stackalloc int[MaxStackSlots];
        int inputs = contributions.Length / BaseValues.Length;
        for (int t = 0; t < trees.Length; t++)
            trees[t].Explain(slots, contributions.Slice(t % BaseValues.Length * inputs, inputs), weights, goesLeft, polynomial, order);
        Return(largeNodes);
        Return(largePolynomial);
        Return(largeOrder);
    }

    private static void Return<T>(T[]? rented)
    {
        if (rented is not null)
            ArrayPool<T>.Shared.Return(rented);
    }
}
