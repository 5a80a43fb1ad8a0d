using System.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// The fixed-point form of gradients. A row is a pair of 64-bit integers: the gradient, and the second derivative with a count
/// of 1 in its low bits. Sums of pairs are exact whatever their order, which is what makes histograms, and with them the model,
/// independent of threads and vector width. The widths follow from the row count, so that no sum can overflow.
/// </summary>
internal readonly struct GradientFormat
{
    /// <summary>Gradients are clipped to ± this; losses are scaled so that they stay within ±2.</summary>
    public const double MaxGradient = 4;

    private const int MaxFractionBits = 50;

    /// <param name="rows">Rows that may be summed.</param>
    /// <param name="maxHessianExponent">Second derivatives are at most 2 to this power.</param>
    public GradientFormat(int rows, int maxHessianExponent)
    {
        CountBits = 32 - BitOperations.LeadingZeroCount((uint)Math.Max(1, rows));
        int gradientBits = Math.Min(MaxFractionBits, 60 - CountBits);
        int hessianBits = Math.Min(MaxFractionBits, 63 - 2 * CountBits - maxHessianExponent);
        GradientScale = Math.ScaleB(1, gradientBits);
        HessianScale = Math.ScaleB(1, hessianBits);
        GradientUnit = Math.ScaleB(1, -gradientBits);
        HessianUnit = Math.ScaleB(1, -hessianBits);
    }

    public int CountBits { get; }

    public double GradientScale { get; }

    public double HessianScale { get; }

    public double GradientUnit { get; }

    public double HessianUnit { get; }

    public long PackGradient(double gradient) => (long)Math.Round(Math.Clamp(gradient, -MaxGradient, MaxGradient) * GradientScale);

    public long PackHessian(double hessian) => ((long)Math.Round(hessian * HessianScale) << CountBits) | 1;

    public double Gradient(long sum) => sum * GradientUnit;

    public double Hessian(long sum) => (sum >> CountBits) * HessianUnit;

    public int Count(long sum) => (int)(sum & ((1L << CountBits) - 1));
}
