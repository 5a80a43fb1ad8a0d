using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Builds the gradient histograms of leaves and keeps those that are no longer needed for the next leaf.</summary>
internal sealed unsafe class HistogramBuilder
{
    /// <summary>A group of which a smaller part is wanted is summed feature by feature.</summary>
    private const double LeastPart = 0.4;

    /// <summary>Rows from which short sums are worth turning into entries.</summary>
    private const int LeastShortRows = 1024;

    /// <summary>Rows from which another thread with a histogram of its own is worth the merging.</summary>
    private const int RowsPerShare = 4096;

    private readonly BinnedRows data;
    private readonly GradientFormat format;
    private readonly WorkTeam team;
    private readonly Stack<AlignedLongs> free = [];
    private readonly List<AlignedLongs> shares = [];
    private readonly AlignedLongs?[] shortSums;

    public HistogramBuilder(BinnedRows data, GradientFormat format, WorkTeam team)
    {
        this.data = data;
        this.format = format;
        this.team = team;
        shortSums = new AlignedLongs?[team.Threads];
    }

    public AlignedLongs Rent() =>
        free.TryPop(out AlignedLongs? histogram) ? histogram : new AlignedLongs((long)data.Features.Length * HistogramKernel.FeatureLongs);

    public void Return(AlignedLongs histogram) => free.Push(histogram);

    /// <summary>The pairs of one feature, one per bin: second derivatives with counts, and gradients.</summary>
    public static long* Sums(AlignedLongs histogram, int feature) => histogram.Pointer + (long)feature * HistogramKernel.FeatureLongs;

    /// <summary>
    /// Sums rows into a histogram for the wanted features; those of the others are undefined. Threads sum rows of their own, so that
    /// each feature is to be passed to <see cref="Merge"/> afterwards.
    /// </summary>
    /// <param name="rows">The rows; null for 0 … count−1.</param>
    /// <param name="gradients">Packed gradients, in the order of the rows.</param>
    public void Sum(AlignedLongs histogram, FeatureGroups wanted, int* rows, long* gradients, int count)
    {
        int pieces = Math.Clamp(count / RowsPerShare, 1, team.Threads);
        while (shares.Count < pieces - 1)
            shares.Add(Rent());
        while (shares.Count > pieces - 1)
        {
            Return(shares[^1]);
            shares.RemoveAt(shares.Count - 1);
        }
        team.Run(pieces, piece =>
        {
            int from = (int)((long)count * piece / pieces);
            int to = (int)((long)count * (piece + 1) / pieces);
            for (int i = 0; i < wanted.Groups.Length; i++)
                SumGroup(piece, piece == 0 ? histogram : shares[piece - 1], wanted, i, rows, gradients, from, to);
        });
    }

    /// <summary>Adds what other threads have summed of a feature.</summary>
    public void Merge(AlignedLongs histogram, int feature)
    {
        Span<long> target = Range(histogram, feature);
        foreach (AlignedLongs share in shares)
        {
            Span<long> part = Range(share, feature);
            for (int i = 0; i < target.Length; i++)
                target[i] += part[i];
        }
    }

    /// <summary>Turns a parent's histogram of a feature into that of the child whose sibling is given.</summary>
    public void Subtract(AlignedLongs parent, AlignedLongs sibling, int feature)
    {
        Span<long> from = Range(parent, feature);
        Span<long> less = Range(sibling, feature);
        for (int i = 0; i < from.Length; i++)
            from[i] -= less[i];
    }

    /// <summary>The sums over all rows of a histogram.</summary>
    public (long Hessian, long Gradient) Total(AlignedLongs histogram, int feature)
    {
        long hessian = 0;
        long gradient = 0;
        Span<long> sums = Range(histogram, feature);
        for (int i = 0; i < sums.Length; i += HistogramKernel.EntryLongs)
        {
            hessian += sums[i];
            gradient += sums[i + 1];
        }
        return (hessian, gradient);
    }

    private void SumGroup(int piece, AlignedLongs histogram, FeatureGroups wanted, int index, int* rows, long* gradients, int from, int to)
    {
        int group = wanted.Groups[index];
        int first = data.GroupStart[group];
        int size = data.GroupStart[group + 1] - first;
        int* firstRow = rows is null ? null : rows + from;
        long row = rows is null ? from : 0;
        ReadOnlySpan<int> features = wanted.Of(index);
        if (features.Length >= size * LeastPart)
        {
            var cells = new RowCells(data.Group(group) + row * data.Stride(group), firstRow, gradients + from, to - from);
            if (format.SameHessian != 0 && cells.Count >= LeastShortRows)
            {
                SumShort(piece, histogram, group, cells);
                return;
            }
            for (int feature = first; feature < first + size; feature++)
                Range(histogram, feature).Clear();
            HistogramKernel.Add(size, cells, format, Sums(histogram, first));
            return;
        }
        foreach (int feature in features)
        {
            Range(histogram, feature).Clear();
            HistogramKernel.AddOne(new RowCells(data.Column(feature) + row, firstRow, gradients + from, to - from), format, Sums(histogram, feature));
        }
    }

    /// <summary>Sums a group by short sums, which are turned into entries before they overflow.</summary>
    private void SumShort(int piece, AlignedLongs histogram, int group, RowCells rows)
    {
        int first = data.GroupStart[group];
        int size = data.GroupStart[group + 1] - first;
        AlignedLongs sums = shortSums[piece] ??= new AlignedLongs(BinnedRows.GroupWidth * HistogramKernel.FeatureEntries);
        for (int done = 0; done < rows.Count; done += HistogramKernel.ShortRows)
        {
            new Span<long>(sums.Pointer, size * HistogramKernel.FeatureEntries).Clear();
            HistogramKernel.AddShort(size, rows.Slice(done, Math.Min(HistogramKernel.ShortRows, rows.Count - done), data.Stride(group)), sums.Pointer);
            for (int i = 0; i < size; i++)
                HistogramKernel.Widen(sums.Pointer + i * HistogramKernel.FeatureEntries, data.Features[first + i].BinCount, format, done > 0, Sums(histogram, first + i));
        }
    }

    private Span<long> Range(AlignedLongs histogram, int feature) =>
        new(Sums(histogram, feature), data.Features[feature].BinCount * HistogramKernel.EntryLongs);
}
