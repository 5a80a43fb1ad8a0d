using System.Globalization;

namespace MlServerless.Data;

/// <summary>
/// Reads the rows of one part and decides which are kept out: the one place that does, so that scans, checks and
/// tables agree. A row is kept out when its shape or encoding is wrong or when a value is not of its column's type.
/// </summary>
internal sealed class TypedRowReader
{
    private readonly DataSchema? schema;
    private readonly RowBatchReader batch;
    private readonly List<ColumnSchema?> schemas = [];
    private readonly List<double[]?> numbers = [];
    private readonly List<Tally> unexpected = [];

    /// <param name="part">The bytes of the part.</param>
    /// <param name="format">How the file is written.</param>
    /// <param name="isFirst">Whether the part is the first of its file.</param>
    /// <param name="schema">Types of columns; columns it does not name keep no row out.</param>
    internal TypedRowReader(Stream part, DataFormat format, bool isFirst, DataSchema? schema)
    {
        this.schema = schema;
        batch = format.Read(part, isFirst);
        TakeColumns();
    }

    /// <summary>The columns seen so far; a batch may bring more where the format does not tell them in advance.</summary>
    internal IReadOnlyList<string> ColumnNames => batch.ColumnNames;

    /// <inheritdoc cref="RowBatchReader.HasTooManyColumns"/>
    internal bool HasTooManyColumns => batch.HasTooManyColumns;

    /// <summary>The batch as it was read.</summary>
    internal RowBatchReader Batch => batch;

    internal int Rows => batch.Rows;

    internal bool IsAscii => batch.IsAscii;

    internal long RejectedRows { get; private set; }

    /// <summary>Rows kept out, by reason.</summary>
    internal Tally[] Faults { get; } = [.. Enum.GetValues<RowFault>().Select(_ => new Tally())];

    /// <summary>Values that are not of their column's type, by column, in rows of the right shape.</summary>
    internal IReadOnlyList<Tally> Unexpected => unexpected;

    internal long RowsRead => batch.RowsBefore + batch.Rows;

    /// <summary>The 1-based number in this part of a row of the batch.</summary>
    internal long NumberOf(int row) => batch.RowsBefore + row + 1;

    internal bool IsKept(int row) => batch.Faults[row] == RowFault.None;

    /// <summary>The text of a field of a row that is kept.</summary>
    internal ReadOnlySpan<byte> Text(int row, int column)
    {
        Cell cell = batch.Cells[row * batch.Stride + column];
        return batch.Buffer.AsSpan(cell.Start, cell.Length);
    }

    /// <summary>Whether the row has no such column, so that its value is missing but could not be shown.</summary>
    internal bool Lacks(int row, int column) => batch.RowsMayLackColumns && batch.Cells[row * batch.Stride + column] == default;

    /// <summary>The values of a column declared numeric: NaN is missing, an infinity is a value that no double holds; null for other columns.</summary>
    internal double[]? Numbers(int column) => numbers[column];

    /// <summary>Reads the next batch of rows.</summary>
    /// <returns>False at the end of the part.</returns>
    internal bool Read(CancellationToken cancellationToken)
    {
        if (!batch.Read(cancellationToken))
            return false;
        TakeColumns();
        for (int column = 0; column < schemas.Count; column++)
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

    private void TakeColumns()
    {
        for (int column = schemas.Count; column < batch.ColumnNames.Count; column++)
        {
            ColumnSchema? declared = schema?.Find(batch.ColumnNames[column]);
            schemas.Add(declared);
            numbers.Add(declared?.Type.IsNumeric() == true ? new double[Math.Max(batch.RowCapacity, batch.Rows)] : null);
            unexpected.Add(new Tally());
        }
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
                unexpected[column].Add(NumberOf(row), text);
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
