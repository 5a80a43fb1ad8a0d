namespace MlServerless.Data;

/// <summary>Where the values of one column of a batch are.</summary>
internal readonly ref struct ColumnTexts
{
    private readonly ReadOnlySpan<byte> buffer;
    private readonly ReadOnlySpan<Cell> cells;
    private readonly ReadOnlySpan<int> rows;
    private readonly int stride;

    /// <param name="batch">The rows.</param>
    /// <param name="column">Which of their columns.</param>
    /// <param name="rows">For every value its row; empty where the values are those of all rows.</param>
    internal ColumnTexts(RowBatchReader batch, int column, ReadOnlySpan<int> rows)
    {
        buffer = batch.Buffer;
        cells = batch.Rows == 0 ? default : batch.Cells.AsSpan(column);
        stride = batch.Stride;
        this.rows = rows;
    }

    internal ReadOnlySpan<byte> this[int value]
    {
        get
        {
            Cell cell = cells[(rows.IsEmpty ? value : rows[value]) * stride];
            return buffer.Slice(cell.Start, cell.Length);
        }
    }
}
