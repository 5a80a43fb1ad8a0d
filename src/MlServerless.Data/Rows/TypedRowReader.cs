using System.Globalization;

namespace MlServerless.Data;

/// <summary>
/// Reads the rows of one part and decides which are kept out: the one place that does, so that scans, checks and
/// tables agree. A row is kept out when its shape or encoding is wrong or when a value is not of its column's type.
/// </summary>
internal sealed class TypedRowReader
{
    private readonly CsvBatchReader batch;
    private readonly ColumnSchema?[] schemas;
    private readonly double[]?[] numbers;

    /// <param name="part">The bytes of the part.</param>
    /// <param name="format">How the file is written.</param>
    /// <param name="hasHeader">Whether the part starts with the header.</param>
    /// <param name="schema">Types of columns; columns it does not name keep no row out.</param>
    internal TypedRowReader(Stream part, CsvFormat format, bool hasHeader, DataSchema? schema)
    {
        batch = new CsvBatchReader(part, format, hasHeader);
        schemas = [.. format.Columns.Select(name => schema?.Find(name))];
        numbers = [.. schemas.Select(column => column?.Type.IsNumeric() == true ? new double[batch.Faults.Length] : null)];
        Unexpected = [.. format.Columns.Select(_ => new Tally())];
    }

    internal int Rows => batch.Rows;

    internal bool IsAscii => batch.IsAscii;

    internal long RejectedRows { get; private set; }

    /// <summary>Rows kept out, by reason.</summary>
    internal Tally[] Faults { get; } = [.. Enum.GetValues<RowFault>().Select(_ => new Tally())];

    /// <summary>Values that are not of their column's type, by column, in rows of the right shape.</summary>
    internal Tally[] Unexpected { get; }

    internal long RowsRead => batch.RowsBefore + batch.Rows;

    /// <summary>The 1-based number in this part of a row of the batch.</summary>
    internal long NumberOf(int row) => batch.RowsBefore + row + 1;

    internal bool IsKept(int row) => batch.Faults[row] == RowFault.None;

    /// <summary>The text of a field of a row that is kept.</summary>
    internal ReadOnlySpan<byte> Text(int row, int column)
    {
        Cell cell = batch.Cells[row * batch.Columns + column];
        return batch.Buffer.AsSpan(cell.Start, cell.Length);
    }

    /// <summary>The values of a column declared numeric: NaN is missing, an infinity is a value that no double holds; null for other columns.</summary>
    internal double[]? Numbers(int column) => numbers[column];

    /// <summary>Reads the next batch of rows.</summary>
    /// <returns>False at the end of the part.</returns>
    internal bool Read(CancellationToken cancellationToken)
    {
        if (!batch.Read(cancellationToken))
            return false;
        for (int column = 0; column < schemas.Length; column++)
        {
            switch (schemas[column]?.Type)
            {
                case ColumnType.Integer:
                    Parse<IntegerReader>(column);
                    break;
                case ColumnType.Number:
                    Parse<NumberReader>(column);
                    break;
                case ColumnType.Boolean:
                    Parse<BooleanReader>(column);
                    break;
                case ColumnType.DateTime:
                    Parse<DateTimeReader>(column);
                    break;
            }
        }

        CountFaults();
        return true;
    }

    private void Parse<TReader>(int column)
        where TReader : struct, IValueReader
    {
        double[] values = numbers[column]!;
        for (int row = 0; row < batch.Rows; row++)
        {
            if (batch.Faults[row] is not (RowFault.None or RowFault.UnexpectedType))
                continue;
            ReadOnlySpan<byte> text = ValueParser.Trim(Text(row, column));
            if (ValueParser.IsMissingTrimmed(text))
            {
                values[row] = double.NaN;
            }
            else if (!TReader.TryRead(text, out values[row]))
            {
                batch.Faults[row] = RowFault.UnexpectedType;
                Unexpected[column].Add(NumberOf(row), text);
            }
        }
    }

    private void CountFaults()
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            RowFault fault = batch.Faults[row];
            if (fault == RowFault.None)
                continue;
            RejectedRows++;
            if (fault == RowFault.Ragged)
                Faults[(int)fault].Add(NumberOf(row), batch.FieldCounts[row].ToString(CultureInfo.InvariantCulture));
            else
                Faults[(int)fault].Add(NumberOf(row));
        }
    }
}
