using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// The innermost loops of training: add the gradient pair of each row to the histogram entry of its bin. Integer sums, so the
/// order and the width of the additions do not matter. Four columns share one pass over rows and gradients.
/// </summary>
internal static unsafe class HistogramKernel
{
    /// <summary>The first rows, pairs[i] belonging to row i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRange(byte* bins0, byte* bins1, byte* bins2, byte* bins3, long* pairs, int count,
        long* sums0, long* sums1, long* sums2, long* sums3)
    {
        for (int i = 0; i < count; i++)
        {
            Vector128<long> pair = Vector128.Load(pairs + 2L * i);
            Add(sums0, bins0[i], pair);
            Add(sums1, bins1[i], pair);
            Add(sums2, bins2[i], pair);
            Add(sums3, bins3[i], pair);
        }
    }

    /// <summary>The listed rows; pairs[i] belongs to rows[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(byte* bins0, byte* bins1, byte* bins2, byte* bins3, long* pairs, int* rows, int count,
        long* sums0, long* sums1, long* sums2, long* sums3)
    {
        for (int i = 0; i < count; i++)
        {
            nint row = rows[i];
            Vector128<long> pair = Vector128.Load(pairs + 2L * i);
            Add(sums0, bins0[row], pair);
            Add(sums1, bins1[row], pair);
            Add(sums2, bins2[row], pair);
            Add(sums3, bins3[row], pair);
        }
    }

    /// <summary>As <see cref="AddRange"/> for one column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRange(byte* bins, long* pairs, int count, long* sums)
    {
        for (int i = 0; i < count; i++)
            Add(sums, bins[i], Vector128.Load(pairs + 2L * i));
    }

    /// <summary>As <see cref="AddRows"/> for one column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(byte* bins, long* pairs, int* rows, int count, long* sums)
    {
        for (int i = 0; i < count; i++)
            Add(sums, bins[rows[i]], Vector128.Load(pairs + 2L * i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(long* sums, nint bin, Vector128<long> pair)
    {
        long* entry = sums + 2 * bin;
        (Vector128.Load(entry) + pair).Store(entry);
    }
}
