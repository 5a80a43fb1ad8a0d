using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// How one slot becomes a byte. Bin 0 is "missing". A number falls into bin 1 + (how many edges are below it), so "bin ≤ b" is
/// exactly "value ≤ Edges[b−1]". A category's bucket is its bin.
/// </summary>
internal sealed class FeatureBins
{
    public const int MaxBins = 256;
    public const int MissingBin = 0;

    private readonly double[] padded;

    private FeatureBins(int slot, bool isCategory, int binCount, double[] edges)
    {
        Slot = slot;
        IsCategory = isCategory;
        BinCount = binCount;
        Edges = edges;
        padded = new double[1 << BitLength(edges.Length)];
        edges.CopyTo(padded, 0);
        Array.Fill(padded, double.PositiveInfinity, edges.Length, padded.Length - edges.Length);
    }

    /// <summary>Index of the slot among those of the preprocessor.</summary>
    public int Slot { get; }

    public bool IsCategory { get; }

    /// <summary>Bins in use, the missing one included.</summary>
    public int BinCount { get; }

    /// <summary>Ascending upper edges of all value bins but the last; empty for categories.</summary>
    public double[] Edges { get; }

    public static FeatureBins Numeric(int slot, double[] edges) =>
        edges.Length <= MaxBins - 2
            ? new FeatureBins(slot, false, edges.Length + 2, edges)
            : throw new ArgumentException($"At most {MaxBins - 2} edges fit, not {edges.Length}.", nameof(edges));

    public static FeatureBins Category(int slot, int buckets) =>
        buckets <= MaxBins
            ? new FeatureBins(slot, true, buckets, [])
            : throw new ArgumentException($"At most {MaxBins} buckets fit, not {buckets}.", nameof(buckets));

    /// <summary>The bin of one value.</summary>
    public byte BinOf(double value) => IsCategory ? (byte)value : NumberBin(value);

    /// <summary>Writes the bin of every value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Assign(ReadOnlySpan<double> values, Span<byte> bins)
    {
        if (IsCategory)
        {
            for (int i = 0; i < values.Length; i++)
                bins[i] = (byte)values[i];
            return;
        }
        bins = bins[..values.Length];
        for (int i = 0; i < values.Length; i++)
            bins[i] = NumberBin(values[i]);
    }

    /// <summary>The upper edge of a value bin: the threshold of a split behind that bin.</summary>
    public double UpperEdge(int bin) => bin - 1 < Edges.Length ? Edges[bin - 1] : double.MaxValue;

    /// <summary>The last bin whose numbers are all not above the threshold, which is an edge or <see cref="double.MaxValue"/>.</summary>
    public int LastLeftBin(double threshold) => threshold == double.MaxValue ? Edges.Length + 1 : 1 + CountBelow(threshold);

    // Branch-free binary search over edges padded with infinity to a power of two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CountBelow(double value)
    {
        ref double edge = ref MemoryMarshal.GetArrayDataReference(padded);
        nint position = 0;
        for (nint step = padded.Length >> 1; step > 0; step >>= 1)
            position += step & -Unsafe.BitCast<bool, byte>(Unsafe.Add(ref edge, position + step - 1) < value);
        return (int)position;
    }

    // No edge is below NaN.
    private byte NumberBin(double value) => (byte)((1 + CountBelow(value)) & -Unsafe.BitCast<bool, byte>(!double.IsNaN(value)));

    private static int BitLength(int value) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value);
}
