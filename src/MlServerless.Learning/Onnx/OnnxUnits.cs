namespace MlServerless.Learning.Onnx;

/// <summary>
/// Powers of two that models are divided by, and their scores multiplied with again, which loses nothing. It keeps sums within what a
/// float holds, and constants apart from zero when ONNX Runtime looks at them as floats (it drops the addition of a zero).
/// </summary>
internal static class OnnxUnits
{
    private const int LargestExponent = 1000;

    /// <summary>The power of two above a size; 1 for zero.</summary>
    public static double Of(double size) =>
        size == 0 ? 1 : Math.ScaleB(1, Math.Clamp(Math.ILogB(size) + 1, -LargestExponent, LargestExponent));

    public static double[] Divide(double[] values, double unit) => Array.ConvertAll(values, value => value / unit);
}
