using MlServerless.Data;

namespace MlServerless.Learning.Numerics;

/// <summary>
/// Brings regression targets to within ±1 by subtracting their mean and dividing by a power of two, which is exact, so that
/// neither the units of the label nor huge values decide how precise a training is.
/// </summary>
/// <param name="Center">Mean of the training targets.</param>
/// <param name="Unit">A power of two.</param>
internal readonly record struct TargetScale(double Center, double Unit)
{
    /// <summary>Targets beyond this in size are refused: their squares do not fit a double.</summary>
    public const double MaxTarget = 1e150;

    public static TargetScale Of(ReadOnlySpan<double> targets)
    {
        double largest = 0;
        foreach (double target in targets)
            largest = Math.Max(largest, Math.Abs(target));
        if (largest > MaxTarget)
            throw new TrainingException(FindingCodes.UnsuitableLabel,
                FormattableString.Invariant($"The label holds a value of size {largest}; values beyond {MaxTarget} cannot be learned. Rescale the label."));
        double sum = 0;
        foreach (double target in targets)
            sum += target;
        double center = sum / targets.Length;
        double spread = 0;
        foreach (double target in targets)
            spread = Math.Max(spread, Math.Abs(target - center));
        return new TargetScale(center, spread == 0 ? 1 : Math.ScaleB(1, Math.Max(Math.ILogB(spread) + 1, -1000)));
    }

    public double[] Apply(ReadOnlySpan<double> targets)
    {
        double[] scaled = new double[targets.Length];
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = (targets[i] - Center) / Unit;
        return scaled;
    }
}
