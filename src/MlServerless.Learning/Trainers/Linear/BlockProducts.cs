using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>
/// The inner loops of linear models over one block. Sums over rows go through eight lanes, row i to lane i modulo 8, which are
/// then added in a fixed order: the result is the same on every vector width, and without vectors.
/// </summary>
internal static class BlockProducts
{
    private const int Lanes = 8;
    private const int Half = 4;

    /// <summary>margins[i] += weight × column[i].</summary>
    public static void AddScaled(Span<double> margins, ReadOnlySpan<double> column, double weight)
    {
        Vector256<double> factor = Vector256.Create(weight);
        Span<Vector256<double>> target = MemoryMarshal.Cast<double, Vector256<double>>(margins);
        ReadOnlySpan<Vector256<double>> source = MemoryMarshal.Cast<double, Vector256<double>>(column)[..target.Length];
        for (int i = 0; i < target.Length; i++)
            target[i] += source[i] * factor;
    }

    /// <summary>The sum of left[i] × right[i]; the length is a multiple of 8.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ReadOnlySpan<Vector256<double>> a = MemoryMarshal.Cast<double, Vector256<double>>(left);
        ReadOnlySpan<Vector256<double>> b = MemoryMarshal.Cast<double, Vector256<double>>(right)[..a.Length];
        Vector256<double> even = Vector256<double>.Zero;
        Vector256<double> odd = Vector256<double>.Zero;
        for (int i = 0; i + 1 < a.Length; i += Lanes / Half)
        {
            even += a[i] * b[i];
            odd += a[i + 1] * b[i + 1];
        }
        Vector256<double> sum = even + odd;
        return (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
}
