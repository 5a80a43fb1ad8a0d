namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Rows to be summed.</summary>
internal readonly unsafe struct RowCells(byte* cells, int* rows, long* gradients, int count)
{
    /// <summary>The cells of the first row, or with <see cref="Rows"/> those of row 0.</summary>
    public byte* Cells { get; } = cells;

    /// <summary>Which rows, readable <see cref="RowPartition.Slack"/> beyond the last; null for one after the other.</summary>
    public int* Rows { get; } = rows;

    /// <summary>Their packed gradients, in the same order.</summary>
    public long* Gradients { get; } = gradients;

    public int Count { get; } = count;

    /// <summary>Some of them.</summary>
    /// <param name="stride">Bytes from one row's cells to the next's.</param>
    public RowCells Slice(int start, int length, int stride) =>
        Rows is null ? new RowCells(Cells + (long)start * stride, null, Gradients + start, length) : new RowCells(Cells, Rows + start, Gradients + start, length);
}
