using System.Buffers.Binary;
using System.Text;

namespace MlServerless.Data;

/// <summary>
/// The values of a sampled row, as UTF-8. Most sampled rows are dropped again before the scan ends: until then a row is kept as
/// it stands in the file, and only then packed.
/// </summary>
internal sealed class SampledCells
{
    private const int HeaderBytes = 2 * sizeof(ushort);

    private IReadOnlyList<string> names = [];
    private byte[] packed = [];
    private int length;
    private Cell[] unpacked = [];

    /// <summary>Of how many columns the values are still as they stand in the file.</summary>
    internal int Columns { get; private set; }

    internal bool IsUnpacked => Columns > 0;

    /// <summary>About how many bytes the values take when they are packed.</summary>
    internal int PackedBytes => length + HeaderBytes * Columns;

    internal int Count { get; private set; }

    /// <summary>Empties it.</summary>
    /// <param name="columnNames">The columns by position; may grow later.</param>
    /// <param name="bytes">About how much room will be needed.</param>
    internal void Restart(IReadOnlyList<string> columnNames, int bytes = 0)
    {
        if (bytes > packed.Length)
            packed = new byte[bytes];
        names = columnNames;
        length = Count = Columns = 0;
    }

    /// <summary>Takes a row as it is.</summary>
    /// <param name="row">Its bytes.</param>
    /// <param name="start">Where they start in the buffer that the cells are of.</param>
    /// <param name="cells">Its fields.</param>
    /// <returns>False, with nothing taken, if there are none or some are not in those bytes.</returns>
    internal bool TryTake(ReadOnlySpan<byte> row, int start, ReadOnlySpan<Cell> cells)
    {
        if (cells.IsEmpty)
            return false;
        if (cells.Length > unpacked.Length)
            unpacked = new Cell[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            Cell cell = new(cells[i].Start - start, cells[i].Length);
            if (cell.Length == 0)
                cell = default;
            if ((uint)cell.Start > (uint)row.Length || (uint)cell.Length > (uint)(row.Length - cell.Start))
                return false;
            unpacked[i] = cell;
        }

        if (row.Length > packed.Length)
            packed = new byte[Math.Max(row.Length, 256)];
        row.CopyTo(packed);
        Columns = cells.Length;
        length = row.Length;
        return true;
    }

    /// <summary>What <see cref="TryTake"/> took of a column.</summary>
    internal ReadOnlySpan<byte> Unpacked(int column) => packed.AsSpan(unpacked[column].Start, unpacked[column].Length);

    /// <param name="column">The position of its column.</param>
    /// <param name="utf8">At most 65535 bytes.</param>
    internal void Add(int column, ReadOnlySpan<byte> utf8)
    {
        int end = length + HeaderBytes + utf8.Length;
        if (end > packed.Length)
            Array.Resize(ref packed, Math.Max(end, Math.Max(2 * packed.Length, 256)));
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(length), (ushort)column);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(length + sizeof(ushort)), checked((ushort)utf8.Length));
        utf8.CopyTo(packed.AsSpan(length + HeaderBytes));
        length = end;
        Count++;
    }

    /// <summary>Reads on to the next value.</summary>
    /// <param name="position">Where to read, at first 0; moved on.</param>
    /// <param name="name">The column.</param>
    /// <param name="utf8">The value.</param>
    /// <returns>False at the end.</returns>
    internal bool TryNext(ref int position, out string name, out ReadOnlySpan<byte> utf8)
    {
        if (position == length)
        {
            name = "";
            utf8 = default;
            return false;
        }

        ReadOnlySpan<byte> rest = packed.AsSpan(position, length - position);
        name = names[BinaryPrimitives.ReadUInt16LittleEndian(rest)];
        utf8 = rest.Slice(HeaderBytes, BinaryPrimitives.ReadUInt16LittleEndian(rest[sizeof(ushort)..]));
        position += HeaderBytes + utf8.Length;
        return true;
    }

    /// <summary>Name and value of each, in ordinal order of the names.</summary>
    internal List<KeyValuePair<string, string>> ToList()
    {
        var cells = new List<KeyValuePair<string, string>>(Count);
        int position = 0;
        while (TryNext(ref position, out string name, out ReadOnlySpan<byte> utf8))
            cells.Add(new(name, Encoding.UTF8.GetString(utf8)));
        cells.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return cells;
    }
}
