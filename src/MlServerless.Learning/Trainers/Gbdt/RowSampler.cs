using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Chooses the rows of a round and the features of a tree; a choice depends on the seed and its number alone, so that a resumed training makes the same ones.</summary>
internal sealed class RowSampler(ulong seed, int rows, double rowFraction, double columnFraction)
{
    private const ulong RowStream = 1;
    private const ulong ColumnStream = 2;
    private readonly int[] all = [.. Enumerable.Range(0, rows)];

    public bool SamplesRows => rowFraction < 1;

    public bool Samples => rowFraction < 1 || columnFraction < 1;

    /// <summary>The rows of a round, ascending; never none.</summary>
    public int[] Rows(int round)
    {
        if (!SamplesRows)
            return all;
        ulong roundSeed = SplitMix.At(SplitMix.At(seed, RowStream), (ulong)round);
        ulong below = (ulong)(rowFraction * (1UL << 53));
        var chosen = new List<int>((int)(rows * rowFraction * 1.1) + 16);
        for (int row = 0; row < rows; row++)
            if (SplitMix.At(roundSeed, (ulong)row) >> 11 < below)
                chosen.Add(row);
        return chosen.Count > 0 ? [.. chosen] : all;
    }

    /// <summary>The features of a tree, ascending; at least one.</summary>
    public int[] Features(int tree, int[] usable)
    {
        if (columnFraction >= 1)
            return usable;
        var generator = new SeededGenerator(SplitMix.At(seed, ColumnStream), (ulong)tree);
        int count = Math.Clamp((int)Math.Round(usable.Length * columnFraction), 1, usable.Length);
        return [.. generator.Choose(usable.Length, count).Select(i => usable[i])];
    }
}
