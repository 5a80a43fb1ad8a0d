using System.Runtime.CompilerServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>What a split must respect.</summary>
/// <param name="L1">Soft threshold on the sum of gradients of a leaf.</param>
/// <param name="L2">Added to the sum of second derivatives of a leaf.</param>
/// <param name="MinChildWeight">Least sum of second derivatives in a child.</param>
/// <param name="MinRowsPerLeaf">Least rows in a child.</param>
/// <param name="MinSplitGain">A split must gain more than this.</param>
/// <param name="CategorySmoothing">Added to the sum of second derivatives of a category where categories are ordered: pulls small ones towards the middle.</param>
internal sealed record SplitRules(double L1, double L2, double MinChildWeight, int MinRowsPerLeaf, double MinSplitGain, double CategorySmoothing = SplitRules.UsualSmoothing)
{
    public const double UsualSmoothing = 10;

    /// <summary>Twice the loss that a leaf with these sums takes away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Score(double gradient, double hessian)
    {
        double shrunk = Shrink(gradient);
        double weight = hessian + L2;
        return weight > 0 ? shrunk * shrunk / weight : 0;
    }

    /// <summary>The same for a leaf that is given a value: −2 (G v + L1 |v|) − (H + L2) v².</summary>
    public double ScoreOf(double value, double gradient, double hessian) =>
        -2 * (gradient * value + L1 * Math.Abs(value)) - (hessian + L2) * value * value;

    /// <summary>The Newton step of a leaf with these sums, before the learning rate.</summary>
    public double LeafValue(double gradient, double hessian)
    {
        double weight = hessian + L2;
        return weight > 0 ? -Shrink(gradient) / weight : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Shrink(double gradient) =>
        L1 == 0 ? gradient : gradient > L1 ? gradient - L1 : gradient < -L1 ? gradient + L1 : 0;
}
