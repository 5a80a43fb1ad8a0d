using System.Buffers.Binary;
using System.Text;

namespace MlServerless.Data;

/// <summary>The values of a sampled row, packed as UTF-8: most sampled rows are dropped again before anybody reads them.</summary>
internal sealed class SampledCells
{
    private const int HeaderBytes = 2 * sizeof(ushort);

    private IReadOnlyList<string> names = [];
    private byte[] packed = [];
    private int length;

    internal int Count { get; private set; }

    /// <summary>Empties it.</summary>
    /// <param name="columnNames">The columns by position; may grow later.</param>
    internal void Restart(IReadOnlyList<string> columnNames)
    {
        names = columnNames;
        length = Count = 0;
    }

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
