namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>Integer sums from which the association of one feature with the prediction follows. Adds up over processes, in any order.</summary>
/// <param name="Count">Rows with a value.</param>
/// <param name="X">Sum of the feature, in steps of its scale; empty for a category.</param>
/// <param name="Xx">Sum of its squares.</param>
/// <param name="Xy">Sum of its products with the prediction.</param>
/// <param name="Y">Sum of the predictions of those rows, in steps of their scale.</param>
/// <param name="Yy">Sum of their squares.</param>
/// <param name="GroupCounts">For a category: rows by category of the reference, others last.</param>
/// <param name="GroupSums">For a category: sums of the predictions by category.</param>
public sealed record AssociationCounts(long Count, long X, long Xx, long Xy, long Y, long Yy, IReadOnlyList<long> GroupCounts, IReadOnlyList<long> GroupSums)
{
    private const int FewestRows = 30;

    public AssociationCounts Plus(AssociationCounts other) => new(
        Count + other.Count, X + other.X, Xx + other.Xx, Xy + other.Xy, Y + other.Y, Yy + other.Yy, Add(GroupCounts, other.GroupCounts), Add(GroupSums, other.GroupSums));

    /// <summary>
    /// The feature contribution index: the correlation of the feature with the prediction, −1 to 1; for a category the correlation ratio, 0 to 1. Null with
    /// too few rows; 0 where one of them does not vary.
    /// </summary>
    public double? Index()
    {
        if (Count < FewestRows)
            return null;
        double variance = ((double)Yy * Count) - ((double)Y * Y);
        if (variance <= 0)
            return 0;
        if (GroupCounts.Count > 0)
        {
            double between = 0;
            for (int i = 0; i < GroupCounts.Count; i++)
                between += GroupCounts[i] == 0 ? 0 : (double)GroupSums[i] * GroupSums[i] / GroupCounts[i];
            return Math.Sqrt(Math.Clamp(((between * Count) - ((double)Y * Y)) / variance, 0, 1));
        }

        double spread = ((double)Xx * Count) - ((double)X * X);
        return spread <= 0 ? 0 : Math.Clamp((((double)Xy * Count) - ((double)X * Y)) / (Math.Sqrt(spread) * Math.Sqrt(variance)), -1, 1);
    }

    private static IReadOnlyList<long> Add(IReadOnlyList<long> a, IReadOnlyList<long> b)
    {
        if (a.Count != b.Count)
            return a.Count > b.Count ? a : b;
        long[] sum = new long[a.Count];
        for (int i = 0; i < sum.Length; i++)
            sum[i] = a[i] + b[i];
        return sum;
    }
}
