using System.Buffers;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Cuts the slots of the training part into bins and turns rows into bytes.</summary>
internal static class Binner
{
    /// <summary>Quantiles are taken from at most this many rows.</summary>
    public const int SampleRows = 200_000;

    private const int BlockRows = 1024;

    /// <summary>Finds the bins of every slot from the training rows, or an evenly spread sample of them.</summary>
    /// <param name="maxBins">Value bins of a number at most.</param>
    public static FeatureBins[] Fit(EncodedRows train, int maxBins, WorkTeam team)
    {
        EncodedRows sample = train.Count <= SampleRows ? train : train.Select(Spread(train.Count));
        IReadOnlyList<Slot> slots = train.Preprocessor.Slots;
        double[][] values = [.. slots.Select(s => s.IsCategory ? [] : GC.AllocateUninitializedArray<double>(sample.Count))];
        team.RunBlocks(sample.Count, BlockRows, (_, from, to) =>
        {
            double[] block = new double[slots.Count * (to - from)];
            sample.Read(from, to - from, block, to - from);
            for (int s = 0; s < slots.Count; s++)
                if (!slots[s].IsCategory)
                    block.AsSpan(s * (to - from), to - from).CopyTo(values[s].AsSpan(from));
        });
        var bins = new FeatureBins[slots.Count];
        team.Run(slots.Count, s => bins[s] = slots[s].IsCategory
            ? FeatureBins.Category(s, slots[s].Buckets)
            : FeatureBins.Numeric(s, Edges(values[s], maxBins)));
        return bins;
    }

    /// <summary>Turns rows into bytes.</summary>
    public static BinnedRows Assign(FeatureBins[] features, EncodedRows rows, WorkTeam team)
    {
        var binned = new BinnedRows(features, rows.Count);
        int slots = rows.Preprocessor.Slots.Count;
        team.RunBlocks(rows.Count, BlockRows, (_, from, to) =>
        {
            int count = to - from;
            double[] block = ArrayPool<double>.Shared.Rent(slots * count);
            rows.Read(from, count, block, count);
            for (int f = 0; f < features.Length; f++)
                features[f].Assign(block.AsSpan(features[f].Slot * count, count), binned.Column(f, from, count));
            binned.FillGroups(from, to);
            ArrayPool<double>.Shared.Return(block);
        });
        return binned;
    }

    /// <summary>The features that fall into at least two bins: the others cannot be split.</summary>
    public static int[] Usable(BinnedRows rows) => [.. Enumerable.Range(0, rows.Features.Length).Where(rows.Varies)];

    /// <summary>The index of the feature that is made from each slot.</summary>
    public static int[] FeatureOfSlot(FeatureBins[] features)
    {
        int[] featureOfSlot = new int[features.Length == 0 ? 0 : features.Max(f => f.Slot) + 1];
        for (int i = 0; i < features.Length; i++)
            featureOfSlot[features[i].Slot] = i;
        return featureOfSlot;
    }

    private static double[] Edges(double[] values, int maxBins)
    {
        Array.Sort(values);
        // NaN sorts before every number.
        int missing = 0;
        while (missing < values.Length && double.IsNaN(values[missing]))
            missing++;
        return QuantileEdges.Find(values.AsSpan(missing), maxBins);
    }

    /// <summary>One row out of each of <see cref="SampleRows"/> equal stretches, at a place that a fixed seed chooses, so that no period in the data can meet it.</summary>
    private static int[] Spread(int count)
    {
        int[] chosen = new int[SampleRows];
        for (int i = 0; i < chosen.Length; i++)
        {
            long from = (long)i * count / SampleRows;
            long to = (i + 1L) * count / SampleRows;
            chosen[i] = (int)(from + (long)(SplitMix.At(0x62696e73, (ulong)i) % (ulong)(to - from)));
        }
        return chosen;
    }
}
