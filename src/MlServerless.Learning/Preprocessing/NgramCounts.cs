using System.Text;
using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>In how many texts of the training part each n-gram occurs, by group of the label, and how much that tells of the group.</summary>
internal sealed class NgramCounts
{
    private readonly int groups;
    private readonly int[] counts = [];
    private readonly long[] textsOfGroup;

    private NgramCounts(int groups)
    {
        this.groups = groups;
        counts = new int[TextNgrams.Buckets * groups];
        textsOfGroup = new long[groups];
    }

    /// <summary>Texts that are not missing.</summary>
    public int Texts { get; private set; }

    /// <param name="rows">The training rows.</param>
    /// <param name="labels">The group of each of them.</param>
    public static NgramCounts Of(CategoryColumn column, int[] rows, TextGroups labels, TextNgrams ngrams)
    {
        var result = new NgramCounts(labels.Count);
        int[] order = [.. Enumerable.Range(0, rows.Length).Where(i => column.Codes[rows[i]] >= 0)];
        Array.Sort(Array.ConvertAll(order, i => ((long)column.Codes[rows[i]] << 32) | (uint)i), order);
        int[] histogram = new int[labels.Count];
        for (int start = 0, end; start < order.Length; start = end)
        {
            int code = column.Codes[rows[order[start]]];
            Array.Clear(histogram);
            for (end = start; end < order.Length && column.Codes[rows[order[end]]] == code; end++)
                histogram[labels.OfRow[order[end]]]++;
            result.Add(column.Vocabulary[code], ngrams, histogram);
            for (int g = 0; g < histogram.Length; g++)
                result.textsOfGroup[g] += histogram[g];
        }
        result.Texts = order.Length;
        return result;
    }

    /// <summary>Texts that hold an n-gram.</summary>
    public int TextsWith(int bucket)
    {
        int sum = 0;
        foreach (int count in counts.AsSpan(bucket * groups, groups))
            sum += count;
        return sum;
    }

    /// <summary>The mutual information of "the n-gram occurs" and the group, in nats times texts.</summary>
    public double Information(int bucket)
    {
        int with = TextsWith(bucket);
        double information = 0;
        for (int g = 0; g < groups; g++)
        {
            int both = counts[bucket * groups + g];
            information += Term(both, with, textsOfGroup[g]) + Term(textsOfGroup[g] - both, Texts - with, textsOfGroup[g]);
        }
        return information;
    }

    private double Term(long both, long one, long other) =>
        both == 0 ? 0 : both * DeterministicMath.Log((double)both * Texts / ((double)one * other));

    private void Add(string text, TextNgrams ngrams, int[] histogram)
    {
        var buckets = new BucketList(stackalloc int[256]);
        ngrams.Scan(Encoding.UTF8.GetBytes(text), ref buckets, out _, out _);
        Span<int> items = buckets.Items;
        items.Sort();
        for (int i = 0; i < items.Length; i++)
            if (i == 0 || items[i] != items[i - 1])
                for (int g = 0; g < groups; g++)
                    counts[items[i] * groups + g] += histogram[g];
        buckets.Dispose();
    }
}
