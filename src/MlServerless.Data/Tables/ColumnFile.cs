using System.Text;

namespace MlServerless.Data;

/// <summary>
/// A table as bytes: the same table always as the same bytes, about one byte per cell for small integers, flags and
/// categories. Layout (integers little-endian, "varint" as in Protocol Buffers, counts and lengths as varints):
/// <c>"MLSCOLS1"</c>, number of columns, number of rows, row numbers as varint differences (zigzag), then per column its
/// name, one byte of type, one byte of encoding and the values. Texts are a length in bytes and UTF-8.
/// </summary>
public static class ColumnFile
{
    internal static ReadOnlySpan<byte> Magic => "MLSCOLS1"u8;

    /// <summary>Writes a table.</summary>
    /// <exception cref="InvalidOperationException">It takes more than 2 GiB.</exception>
    public static byte[] Write(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var output = new ByteBuffer(1 << 16);
        output.Add(Magic);
        ColumnEncoding.WriteUnsigned(output, (ulong)table.Columns.Count);
        ColumnEncoding.WriteUnsigned(output, (ulong)table.RowCount);
        long before = 0;
        foreach (long number in table.RowNumbers)
        {
            ColumnEncoding.WriteSigned(output, number - before);
            before = number;
        }

        foreach (Column column in table.Columns)
        {
            ColumnEncoding.WriteText(output, Encoding.UTF8.GetBytes(column.Name));
            output.Add((byte)column.Type);
            if (column is NumericColumn numeric)
                NumericEncoding.Write(output, numeric.Values);
            else
                CategoryEncoding.Write(output, (CategoryColumn)column);
        }

        return output.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Whatever the bytes are, memory stays in proportion to them.</summary>
    /// <exception cref="InvalidDataException">They are something else, or cut short.</exception>
    public static Table Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var input = new BoundedReader(stream);
        if (!input.Bytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            throw new InvalidDataException("This is not a column file.");
        int columnCount = input.Count("columns");
        int rowCount = input.Count("rows");
        long[] rowNumbers = ReadRowNumbers(input, rowCount);
        var columns = new List<Column>();
        for (int i = 0; i < columnCount; i++)
            columns.Add(ReadColumn(input, rowCount));
        if (!input.AtEnd())
            throw new InvalidDataException("More bytes follow after the last column.");
        try
        {
            return new Table(columns, rowNumbers);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The columns do not form a table: {error.Message}", error);
        }
    }

    private static long[] ReadRowNumbers(BoundedReader input, int rowCount)
    {
        // Each takes at least a byte, so the list never outgrows what has been read.
        var numbers = new List<long>();
        long number = 0;
        for (int i = 0; i < rowCount; i++)
        {
            number = unchecked(number + input.Signed());
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static Column ReadColumn(BoundedReader input, int rowCount)
    {
        string name = input.Text();
        var type = (ColumnType)input.Byte();
        if (type.IsNumeric())
            return new NumericColumn(name, type, NumericEncoding.Read(input, rowCount));
        if (!type.IsCategorical())
            throw new InvalidDataException($"The column '{name}' has a type that is not known.");
        return CategoryEncoding.Read(input, name, type, rowCount);
    }
}
