using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// The fixed-point form of gradients. A row is one word: the gradient in its upper 32 bits, the second derivative in its lower ones.
/// Sums are pairs of 64-bit integers: second derivatives with the number of rows in their low bits, and gradients. They are exact
/// whatever their order, which is what makes histograms, and with them the model, independent of threads and vector width. The
/// widths follow from the row count, so that no sum can overflow.
/// </summary>
internal readonly struct GradientFormat
{
    /// <summary>Gradients are clipped to ± this; losses are scaled so that they stay within ±2.</summary>
    public const double MaxGradient = 4;

    private const int GradientBits = 28;
    private const int MaxHessianBits = 30;

    /// <param name="rows">Rows that may be summed.</param>
    /// <param name="maxHessianExponent">Second derivatives are at most 2 to this power, which is at most 0.</param>
    /// <param name="hessianIsOne">Whether all second derivatives are 1.</param>
    public GradientFormat(int rows, int maxHessianExponent, bool hessianIsOne = false)
    {
        CountBits = 32 - BitOperations.LeadingZeroCount((uint)Math.Max(1, rows));
        int hessianBits = Math.Min(MaxHessianBits, 63 - 2 * CountBits - maxHessianExponent);
        GradientScale = Math.ScaleB(1, GradientBits);
        HessianScale = Math.ScaleB(1, hessianBits);
        GradientUnit = Math.ScaleB(1, -GradientBits);
        HessianUnit = Math.ScaleB(1, -hessianBits);
        SameHessian = hessianIsOne ? (long)HessianScale : 0;
    }

    public int CountBits { get; }

    public double GradientScale { get; }

    public double HessianScale { get; }

    /// <summary>What every row has as its second derivative; 0 where they differ.</summary>
    public long SameHessian { get; }

    public double GradientUnit { get; }

    public double HessianUnit { get; }

    /// <summary>A row's word. Halves are rounded to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Pack(double gradient, double hessian) =>
        (long)(int)Math.Round(Math.Clamp(gradient, -MaxGradient, MaxGradient) * GradientScale) << 32 | (uint)(int)Math.Round(hessian * HessianScale);

    /// <summary>The words of some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(ReadOnlySpan<double> gradients, ReadOnlySpan<double> hessians, Span<long> packed)
    {
        for (int i = 0; i < packed.Length; i++)
            packed[i] = Pack(gradients[i], hessians[i]);
    }

    /// <summary>A row's word as what is added to sums: second derivative and a count of one, gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<long> Widen(long packed, int countBits)
    {
        if (!Avx2.IsSupported)
            return Vector128.Create((packed & uint.MaxValue) << countBits | 1, packed >> 32);
        Vector128<long> wide = Sse41.ConvertToVector128Int64(Vector128.CreateScalarUnsafe(packed).AsInt32());
        return Avx2.ShiftLeftLogicalVariable(wide, Vector128.Create((ulong)countBits, 0)) | Vector128.Create(1L, 0);
    }

    public double Gradient(long sum) => sum * GradientUnit;

    public double Hessian(long sum) => (sum >> CountBits) * HessianUnit;

    public int Count(long sum) => (int)(sum & ((1L << CountBits) - 1));
}
