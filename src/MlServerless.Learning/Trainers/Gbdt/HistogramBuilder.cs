using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Builds the gradient histograms of leaves, a few features at a time, and keeps those that are no longer needed for the next leaf.</summary>
internal sealed unsafe class HistogramBuilder(BinnedRows data)
{
    /// <summary>Features that are summed in one pass over the rows.</summary>
    public const int GroupSize = 4;

    private readonly int[] offsets = Offsets(data.Features);
    private readonly Stack<AlignedLongs> free = [];

    private long Length => 2L * offsets[^1];

    public AlignedLongs Rent() => free.TryPop(out AlignedLongs? histogram) ? histogram : new AlignedLongs(Length);

    public void Return(AlignedLongs histogram) => free.Push(histogram);

    /// <summary>The pairs of one feature.</summary>
    public long* Sums(AlignedLongs histogram, int feature) => histogram.Pointer + 2L * offsets[feature];

    /// <summary>Sums rows 0 … count−1 of the data; <paramref name="pairs"/> are in the same order.</summary>
    public void SumAll(AlignedLongs histogram, ReadOnlySpan<int> features, long* pairs, int count)
    {
        Clear(histogram, features);
        if (features.Length == GroupSize)
        {
            HistogramKernel.AddRange(
                data.Column(features[0]), data.Column(features[1]), data.Column(features[2]), data.Column(features[3]), pairs, count,
                Sums(histogram, features[0]), Sums(histogram, features[1]), Sums(histogram, features[2]), Sums(histogram, features[3]));
            return;
        }
        foreach (int feature in features)
            HistogramKernel.AddRange(data.Column(feature), pairs, count, Sums(histogram, feature));
    }

    /// <summary>Sums the listed rows; <paramref name="pairs"/> are in the order of the list.</summary>
    public void SumRows(AlignedLongs histogram, ReadOnlySpan<int> features, long* pairs, int* rows, int count)
    {
        Clear(histogram, features);
        if (features.Length == GroupSize)
        {
            HistogramKernel.AddRows(
                data.Column(features[0]), data.Column(features[1]), data.Column(features[2]), data.Column(features[3]), pairs, rows, count,
                Sums(histogram, features[0]), Sums(histogram, features[1]), Sums(histogram, features[2]), Sums(histogram, features[3]));
            return;
        }
        foreach (int feature in features)
            HistogramKernel.AddRows(data.Column(feature), pairs, rows, count, Sums(histogram, feature));
    }

    /// <summary>Turns a parent's histogram into that of the child whose sibling is given.</summary>
    public void Subtract(AlignedLongs parent, AlignedLongs sibling, ReadOnlySpan<int> features)
    {
        foreach (int feature in features)
        {
            Span<long> from = Range(parent, feature);
            Span<long> less = Range(sibling, feature);
            for (int i = 0; i < from.Length; i++)
                from[i] -= less[i];
        }
    }

    private void Clear(AlignedLongs histogram, ReadOnlySpan<int> features)
    {
        foreach (int feature in features)
            Range(histogram, feature).Clear();
    }

    private Span<long> Range(AlignedLongs histogram, int feature) =>
        histogram.Span(2L * offsets[feature], 2 * data.Features[feature].BinCount);

    private static int[] Offsets(FeatureBins[] features)
    {
        int[] offsets = new int[features.Length + 1];
        for (int i = 0; i < features.Length; i++)
            offsets[i + 1] = offsets[i] + features[i].BinCount;
        return offsets;
    }
}
