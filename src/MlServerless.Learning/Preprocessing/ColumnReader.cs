namespace MlServerless.Learning.Preprocessing;

/// <summary>Reads rows of one column of a table as slots. Safe for several threads at once.</summary>
internal abstract class ColumnReader
{
    /// <summary>Writes slot s of the i-th row to slots[s × stride + i].</summary>
    /// <param name="rows">Positions in the table, or null for all rows in order.</param>
    /// <param name="start">First row of the block, counted in <paramref name="rows"/> where there are some.</param>
    public abstract void Read(int[]? rows, int start, int count, Span<double> slots, int stride);
}
