namespace MlServerless.Data;

/// <summary>Takes rows out of data.</summary>
public static class RowEraser
{
    /// <summary>
    /// Copies a part without the rows that have one of the keys; all else stays byte for byte as it is: header, line breaks, quotes, blank lines, and rows
    /// that are kept out because they cannot be read. Rows that are kept out for a value of another type can be read, and go, too.
    /// Memory is bounded whatever the bytes.
    /// </summary>
    /// <param name="part">Its bytes.</param>
    /// <param name="format">How its file is written.</param>
    /// <param name="hasHeader">Whether it is the first part of the file.</param>
    /// <param name="keyColumns">At least one.</param>
    /// <param name="keys">Each with one value for each of the columns. As in the split (<see cref="SplitRule"/>), a value is the text of the field, quotes or escapes undone and nothing trimmed; where a row lacks the column, it is empty.</param>
    /// <param name="output">Where the rest is written to.</param>
    /// <param name="cancellationToken">Ends the work; the output is not to be used then.</param>
    /// <returns>How many rows were left out.</returns>
    /// <exception cref="ArgumentException">There are no key columns, or a key has another number of values.</exception>
    public static long Erase(
        Stream part,
        DataFormat format,
        bool hasHeader,
        IReadOnlyList<string> keyColumns,
        IReadOnlyList<IReadOnlyList<string>> keys,
        Stream output,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(keyColumns);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(output);
        var wanted = new RowKeys(keyColumns, keys);
        var copy = new CopyingStream(part, output);
        DataFormat known = format.WithColumns(keyColumns);
        RowBatchReader rows = known.Read(copy, hasHeader);
        var map = new ColumnMap(keyColumns);
        map.Turn(known);
        long removed = 0;
        while (rows.Read(cancellationToken))
        {
            long offset = copy.BytesRead - rows.BufferedBytes;
            for (int row = 0; row < rows.Rows; row++)
            {
                if (rows.Faults[row] != RowFault.None || !HasKey(rows, row, map.Positions, wanted))
                    continue;
                copy.LeaveOut(offset + rows.Extents[row].Start, offset + rows.Extents[row].End, endsWithReturn: format is CsvFormat);
                removed++;
            }

            if (rows.Faults[rows.Rows - 1] != RowFault.TooLong)
                copy.CopyTo(offset + rows.Extents[rows.Rows - 1].End);
        }

        copy.CopyRest();
        return removed;
    }

    private static bool HasKey(RowBatchReader rows, int row, int[] columns, RowKeys wanted)
    {
        wanted.Restart();
        foreach (int column in columns)
        {
            Cell cell = column < 0 ? default : rows.Cells[(row * rows.Stride) + column];
            wanted.Add(rows.Buffer.AsSpan(cell.Start, cell.Length));
        }

        return wanted.Contains();
    }
}
