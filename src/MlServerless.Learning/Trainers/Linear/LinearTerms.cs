using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Learns from the training rows how each slot enters a linear model.</summary>
internal static class LinearTerms
{
    private const int BlockRows = 1024;

    /// <summary>Terms in the order of the slots, sparse slots in a row as one; a slot that never varies gets none.</summary>
    public static LinearTerm[] Fit(EncodedRows train, WorkTeam team)
    {
        IReadOnlyList<Slot> slots = train.Preprocessor.Slots;
        SlotStatistics[] first = Collect(train, team, null);
        double[] means = [.. first.Select(s => s.Mean)];
        SlotStatistics[] second = Collect(train, team, means);
        List<LinearTerm> terms = [];
        int dense = 0;
        for (int s = 0; s < slots.Count; s++)
        {
            if (slots[s].IsSparse)
            {
                int columns = 1;
                while (s + columns < slots.Count && slots[s + columns].IsSparse && slots[s + columns].Input == slots[s].Input)
                    columns++;
                terms.Add(new LinearTerm(s, LinearTermKind.Sparse, 0, 1, 0, columns));
                s += columns - 1;
                continue;
            }
            SlotStatistics firstPass = first[dense];
            double mean = means[dense];
            SlotStatistics secondPass = second[dense++];
            bool varies = firstPass.Max > firstPass.Min;
            bool sometimesMissing = firstPass.Count > 0 && firstPass.Count < train.Count;
            if (slots[s].IsCategory)
            {
                if (varies)
                    terms.Add(new LinearTerm(s, LinearTermKind.OneHot, 0, 1, 0, slots[s].Buckets));
            }
            else if (slots[s].Levels > 0)
            {
                if (varies || sometimesMissing)
                    terms.Add(new LinearTerm(s, LinearTermKind.OneHot, 0, 1, slots[s].FirstLevel, slots[s].Levels));
            }
            else if (varies || sometimesMissing)
            {
                double scale = varies ? secondPass.InverseDeviation : 0;
                terms.Add(sometimesMissing
                    ? new LinearTerm(s, LinearTermKind.NumberOrMissing, mean, scale, 0, 2)
                    : new LinearTerm(s, LinearTermKind.Number, mean, scale, 0, 1));
            }
        }
        return terms.Count > 0 ? [.. terms] : throw new TrainingException(FindingCodes.NoUsableFeatures,
            "No feature has two different values in the training rows, so nothing can be learned from them. Add columns that vary.");
    }

    // Partial results of fixed blocks, combined in the order of the blocks; of the slots that are not sparse.
    private static SlotStatistics[] Collect(EncodedRows train, WorkTeam team, double[]? means)
    {
        int slots = train.Preprocessor.Slots.Count(slot => !slot.IsSparse);
        var parts = new SlotStatistics[WorkTeam.BlockCount(train.Count, BlockRows)][];
        team.RunBlocks(train.Count, BlockRows, (block, from, to) =>
        {
            int count = to - from;
            double[] values = new double[slots * count];
            train.ReadSparse(from, count, values);
            parts[block] = new SlotStatistics[slots];
            for (int s = 0; s < slots; s++)
                parts[block][s] = SlotStatistics.Of(values.AsSpan(s * count, count), means?[s]);
        });
        SlotStatistics[] total = [.. Enumerable.Repeat(SlotStatistics.Empty, slots)];
        foreach (SlotStatistics[] part in parts)
            for (int s = 0; s < slots; s++)
                total[s] = total[s].Combine(part[s]);
        return total;
    }
}
