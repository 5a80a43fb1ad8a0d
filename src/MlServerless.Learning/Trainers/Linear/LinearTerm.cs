namespace MlServerless.Learning.Trainers.Linear;

/// <summary>How one slot enters a linear model.</summary>
/// <param name="Slot">The slot, or the first of several sparse ones.</param>
/// <param name="Kind">What its coefficients stand for.</param>
/// <param name="Mean">Mean of a number over the training rows: what a missing one is taken for.</param>
/// <param name="Scale">Factor that brings a number's standard deviation to 1.</param>
/// <param name="First">Coefficient 0 of a level or bucket is that of this value.</param>
/// <param name="Columns">Coefficients of the term, per output.</param>
internal sealed record LinearTerm(int Slot, LinearTermKind Kind, double Mean, double Scale, int First, int Columns)
{
    /// <summary>Standardised numbers are kept within this, so that no input makes a score infinite.</summary>
    public const double MaxStandardised = 1e9;

    /// <summary>The standardised value of a number that is not missing.</summary>
    public double Standardise(double value) =>
        Scale == 0 ? 0 : Math.Clamp((value - Mean) * Scale, -MaxStandardised, MaxStandardised);

    /// <summary>The coefficient that a value calls for, −1 for none, and what it is multiplied by; not for sparse slots.</summary>
    public (int Column, double Factor) Pick(double value) => Kind == LinearTermKind.OneHot ? (ColumnOf(value), 1)
        : !double.IsNaN(value) ? (0, Standardise(value))
        : Kind == LinearTermKind.NumberOrMissing ? (1, 1)
        : (-1, 1);

    /// <summary>What the term adds to a score at most, in size.</summary>
    /// <param name="coefficients">Its coefficients for one output.</param>
    public double Largest(ReadOnlySpan<double> coefficients)
    {
        double sum = 0, most = 0;
        foreach (double coefficient in coefficients)
        {
            sum += Math.Abs(coefficient);
            most = Math.Max(most, Math.Abs(coefficient));
        }
        return Kind switch
        {
            LinearTermKind.OneHot => most,
            // Sparse values are at most 1.
            LinearTermKind.Sparse => sum,
            _ => most * MaxStandardised,
        };
    }

    /// <summary>Which coefficient belongs to a level or bucket; −1 for none, which is also where missing levels go.</summary>
    public int ColumnOf(double value)
    {
        if (double.IsNaN(value))
            return -1;
        double column = value - First;
        return column >= 0 && column < Columns ? (int)column : -1;
    }
}
