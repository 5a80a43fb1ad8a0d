using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>The inner loops of linear models over the sparse part of one block, row after row: there is one order only.</summary>
internal static class SparseProducts
{
    /// <summary>sums[coefficient] += value².</summary>
    public static void AddSquares(SparseRows rows, Span<double> sums)
    {
        for (int i = 0; i < rows.Values.Length; i++)
            sums[rows.Slots[i]] += rows.Values[i] * rows.Values[i];
    }

    /// <summary>margins[row] += the row's values times the weights of their coefficients.</summary>
    public static void AddScaled(SparseRows rows, ReadOnlySpan<double> weights, Span<double> margins)
    {
        for (int row = 0; row + 1 < rows.Starts.Length; row++)
        {
            double sum = 0;
            for (int i = rows.Starts[row]; i < rows.Starts[row + 1]; i++)
                sum += rows.Values[i] * weights[rows.Slots[i]];
            margins[row] += sum;
        }
    }

    /// <summary>sums[coefficient] += value × factor of its row.</summary>
    public static void AddTransposed(SparseRows rows, ReadOnlySpan<double> factors, Span<double> sums)
    {
        for (int row = 0; row + 1 < rows.Starts.Length; row++)
            for (int i = rows.Starts[row]; i < rows.Starts[row + 1]; i++)
                sums[rows.Slots[i]] += rows.Values[i] * factors[row];
    }
}
