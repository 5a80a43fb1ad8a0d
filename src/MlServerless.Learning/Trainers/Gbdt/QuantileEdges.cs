namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Cuts the values of a numeric slot into bins of about equal weight.</summary>
internal static class QuantileEdges
{
    /// <summary>
    /// Edges half way between neighbouring distinct values; with more distinct values than bins, the cuts next to the quantiles.
    /// </summary>
    /// <param name="sorted">Ascending values without NaN.</param>
    /// <param name="maxBins">Value bins at most.</param>
    public static double[] Find(ReadOnlySpan<double> sorted, int maxBins)
    {
        List<double> edges = [];
        int distinct = CountDistinct(sorted);
        if (distinct <= maxBins)
        {
            for (int i = 1; i < sorted.Length; i++)
                if (sorted[i] != sorted[i - 1])
                    Add(edges, sorted[i - 1], sorted[i]);
            return [.. edges];
        }
        // A value that is heavier than a bin gets one for itself; the others share what is left.
        int start = 0;
        int binsLeft = maxBins;
        while (binsLeft > 1 && start < sorted.Length)
        {
            int target = start + Math.Max(1, (int)((sorted.Length - start + binsLeft - 1L) / binsLeft));
            int end = EndOfRun(sorted, Math.Min(target, sorted.Length) - 1);
            int before = StartOfRun(sorted, Math.Min(target, sorted.Length) - 1);
            if (before > start && end - target > target - before)
                end = before;
            if (end >= sorted.Length)
                break;
            Add(edges, sorted[end - 1], sorted[end]);
            start = end;
            binsLeft--;
        }
        return [.. edges];
    }

    private static void Add(List<double> edges, double low, double high)
    {
        double middle = low / 2 + high / 2;
        // Halving may round outside of two neighbours that differ in the last bit.
        edges.Add(middle >= low && middle < high ? middle : low);
    }

    private static int CountDistinct(ReadOnlySpan<double> sorted)
    {
        int distinct = sorted.Length > 0 ? 1 : 0;
        for (int i = 1; i < sorted.Length; i++)
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        return distinct;
    }

    private static int EndOfRun(ReadOnlySpan<double> sorted, int index)
    {
        int end = index + 1;
        while (end < sorted.Length && sorted[end] == sorted[index])
            end++;
        return end;
    }

    private static int StartOfRun(ReadOnlySpan<double> sorted, int index)
    {
        int start = index;
        while (start > 0 && sorted[start - 1] == sorted[index])
            start--;
        return start;
    }
}
