namespace MlServerless.Data;

/// <summary>Reads rows of CSV that are whole in memory, one by one, by the rules of RFC 4180 and of every other CSV that is read here. Lines without a character are passed over.</summary>
public sealed class CsvRowReader
{
    private readonly byte[] buffer;
    private readonly int end;
    private readonly byte delimiter;
    private readonly bool final;
    private readonly Cell[] cells;
    private int position;
    private RowFault fault;

    /// <param name="csv">The rows; they are copied. A byte order mark is passed over.</param>
    /// <param name="delimiter">An ASCII character.</param>
    /// <param name="final">Whether nothing follows; else a row at the end that may go on is left unread.</param>
    public CsvRowReader(ReadOnlySpan<byte> csv, char delimiter, bool final = true)
    {
        buffer = GC.AllocateUninitializedArray<byte>(csv.Length + CsvTokenizer.Padding);
        csv.CopyTo(buffer);
        end = csv.Length;
        this.delimiter = (byte)delimiter;
        this.final = final;
        cells = new Cell[DataFormat.MaxColumns + 1];
        position = csv.StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    /// <summary>Fields of the current row; those beyond <see cref="DataFormat.MaxColumns"/> are only counted.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Where the next row begins.</summary>
    public int Position => position;

    /// <summary>What is wrong with the quotes of the current row; null where nothing is.</summary>
    public string? Fault => fault switch
    {
        RowFault.None => null,
        RowFault.UnterminatedQuote => "a quote is opened and never closed",
        _ => "there is text between a closing quote and the next delimiter",
    };

    /// <summary>The text of a field, without quotes.</summary>
    public ReadOnlySpan<byte> this[int field] => buffer.AsSpan(cells[field].Start, cells[field].Length);

    /// <summary>Goes on to the next row.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        while (position < end)
        {
            int start = position;
            if (!CsvTokenizer.TryReadRow(buffer, start, end, final, delimiter, cells, out RowShape row))
                return false;

            position = row.Next;
            if (row.End == start)
                continue;
            FieldCount = row.Fields;
            fault = row.Fault;
            return true;
        }

        return false;
    }
}
