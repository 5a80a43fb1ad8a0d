namespace MlServerless.Learning.Preprocessing;

/// <summary>Labels as few groups, by which the n-grams that tell most are found: classes, or eighths of a regression's targets.</summary>
internal sealed class TextGroups
{
    private const int MaxGroups = 16;
    private const int Quantiles = 8;

    private TextGroups(byte[] ofRow, int count)
    {
        OfRow = ofRow;
        Count = count;
    }

    /// <summary>The group of every training row.</summary>
    public byte[] OfRow { get; }

    public int Count { get; }

    /// <param name="targets">Class index or value of every training row.</param>
    /// <param name="classes">0 for regression.</param>
    public static TextGroups Of(double[] targets, int classes) => classes > 0 ? OfClasses(targets, classes) : OfValues(targets);

    /// <summary>Every class, or where there are too many the most frequent and one group for the others.</summary>
    private static TextGroups OfClasses(double[] targets, int classes)
    {
        long[] counts = new long[classes];
        foreach (double target in targets)
            counts[(int)target]++;
        int[] byFrequency = [.. Enumerable.Range(0, classes).OrderByDescending(c => counts[c]).ThenBy(c => c)];
        byte[] groupOf = new byte[classes];
        for (int i = 0; i < classes; i++)
            groupOf[byFrequency[i]] = (byte)Math.Min(i, MaxGroups - 1);
        return new TextGroups(Array.ConvertAll(targets, target => groupOf[(int)target]), Math.Min(classes, MaxGroups));
    }

    private static TextGroups OfValues(double[] targets)
    {
        double[] sorted = [.. targets];
        Array.Sort(sorted);
        double[] edges = [.. Enumerable.Range(1, Quantiles - 1).Select(q => sorted[(long)q * sorted.Length / Quantiles]).Distinct()];
        return new TextGroups(Array.ConvertAll(targets, target => (byte)edges.Count(edge => edge <= target)), edges.Length + 1);
    }
}
