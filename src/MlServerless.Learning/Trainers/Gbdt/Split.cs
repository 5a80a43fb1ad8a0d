namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>A way to divide the rows of a leaf by one feature.</summary>
/// <param name="Feature">Index among the binned features; −1 for no split.</param>
/// <param name="Bin">Numbers in value bins up to this one go left; unused for categories.</param>
/// <param name="MissingLeft">Where missing numbers go; unused for categories.</param>
/// <param name="LeftBins">Bins of a category that go left; null for numbers.</param>
/// <param name="LeftGradient">Sum of packed gradients on the left.</param>
/// <param name="LeftHessian">Sum of packed second derivatives and counts on the left.</param>
internal readonly record struct Split(
    int Feature, double Gain, int Bin, bool MissingLeft, bool[]? LeftBins, long LeftGradient, long LeftHessian)
{
    public static readonly Split None = new(-1, double.NegativeInfinity, 0, false, null, 0, 0);

    public bool Exists => Feature >= 0;

    /// <summary>Whether rows of a bin go left, for all bins of the feature.</summary>
    public void FillRoutes(Span<byte> goesLeft)
    {
        for (int bin = 0; bin < goesLeft.Length; bin++)
        {
            bool left = LeftBins is not null ? bin < LeftBins.Length && LeftBins[bin]
                : bin == FeatureBins.MissingBin ? MissingLeft
                : bin <= Bin;
            goesLeft[bin] = left ? (byte)1 : (byte)0;
        }
    }
}
