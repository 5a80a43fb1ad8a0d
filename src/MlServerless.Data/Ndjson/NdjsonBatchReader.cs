using System.Text;
using System.Text.Unicode;

namespace MlServerless.Data;

/// <summary>Reads files with one JSON object per line; see <see cref="NdjsonFormat"/>.</summary>
internal sealed class NdjsonBatchReader : RowBatchReader
{
    private const int InitialBuffer = 1 << 18;
    private const int CellsPerBatch = 1 << 14;
    private const int InitialStride = 16;

    /// <summary>The line feed that stands for the end of the part, and what must be readable behind it.</summary>
    private const int Padding = 1 + JsonScanner.Padding;

    private readonly Stream stream;
    private readonly List<string> columnNames;
    private readonly NameTable names = new();
    private readonly bool discovers;
    private readonly int known;
    private readonly byte[] path = new byte[NdjsonFormat.MaxNameBytes];
    private long[] lastSeen;
    private long line;
    private int pathLength;
    private int rowStart;
    private int expected;
    private bool hasNul;
    private bool isAsciiRow;
    private bool hasTooManyColumns;
    private int begin;
    private int end;
    private bool final;

    /// <param name="part">The bytes.</param>
    /// <param name="format">With columns, only those are shown; without, those that appear.</param>
    /// <param name="isFirst">Whether a byte order mark may come first.</param>
    internal NdjsonBatchReader(Stream part, NdjsonFormat format, bool isFirst)
        : this(part, [.. format.Columns], isFirst)
    {
    }

    private NdjsonBatchReader(Stream part, List<string> columns, bool isFirst)
        : base(columns, Capacity(Math.Max(columns.Count, InitialStride)), GC.AllocateUninitializedArray<byte>(InitialBuffer + Padding))
    {
        stream = part;
        columnNames = columns;
        known = columns.Count;
        discovers = known == 0;
        if (discovers)
        {
            Stride = InitialStride;
            Cells = new Cell[RowCapacity * Stride];
        }

        foreach (string name in columns)
            names.Add(Encoding.UTF8.GetBytes(name));
        lastSeen = new long[Math.Max(known, InitialStride)];
        if (isFirst)
        {
            end = stream.ReadAtLeast(Buffer.AsSpan(0, 3), 3, throwOnEndOfStream: false);
            begin = Buffer.AsSpan(0, end).SequenceEqual("\uFEFF"u8) ? end : 0;
        }
    }

    internal override int BufferedBytes => end;

    internal override bool RowsMayLackColumns => true;

    internal override bool HasTooManyColumns => hasTooManyColumns;

    internal override bool Read(CancellationToken cancellationToken)
    {
        RowsBefore += Rows;
        Rows = 0;
        IsAscii = true;
        while (Rows == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TakeRows();
            if (hasTooManyColumns || (Rows == 0 && final && begin == end))
                return false;
            if (Rows == 0)
                Refill();
        }

        return true;
    }

    private static int Capacity(int stride) => Math.Clamp(CellsPerBatch / stride, 1, 2048);

    private void TakeRows()
    {
        while (Rows < RowCapacity && begin < end && !hasTooManyColumns)
        {
            int length = Buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (length < 0)
            {
                if (!final)
                    return;
                length = end - begin;
                Buffer[end] = (byte)'\n';
            }

            int start = begin;
            begin = Math.Min(start + length + 1, end);
            if (length > MaxRowBytes)
                AddRow(RowFault.TooLong, default);
            else if (TryReadRow(start, start + length, out RowFault fault))
                AddRow(fault, new RowExtent(start, start + length));
        }
    }

    private void AddRow(RowFault fault, RowExtent extent)
    {
        Extents[Rows] = extent;
        Faults[Rows] = fault;
        Rows++;
    }

    /// <returns>False for a blank line, which is no row.</returns>
    private bool TryReadRow(int start, int lineEnd, out RowFault fault)
    {
        fault = RowFault.None;
        int position = JsonScanner.SkipBlanks(Buffer, start);
        if (position == lineEnd)
            return false;
        ReadOnlySpan<byte> text = Buffer.AsSpan(start, lineEnd - start);
        isAsciiRow = Ascii.IsValid(text);
        if (!isAsciiRow && !Utf8.IsValid(text))
        {
            fault = RowFault.NotUtf8;
            return true;
        }

        if (!discovers && names.Count > known + DataFormat.MaxColumns)
            names.CutBackTo(known);
        int namesBefore = names.Count;
        line++;
        expected = 0;
        pathLength = 0;
        hasNul = false;
        rowStart = Rows * Stride;
        Cells.AsSpan(rowStart, Stride).Clear();
        bool read = Buffer[position] == '{' && TryMembers(ref position, 1) && JsonScanner.SkipBlanks(Buffer, position) == lineEnd;
        if (!read || hasNul)
        {
            fault = read ? RowFault.NulByte : RowFault.MalformedJson;
            names.CutBackTo(namesBefore);
            return true;
        }

        IsAscii &= isAsciiRow;
        if (discovers)
            TakeNewColumns();
        return true;
    }

    private void TakeNewColumns()
    {
        hasTooManyColumns = names.Count > DataFormat.MaxColumns;
        for (int i = columnNames.Count; i < names.Count && !hasTooManyColumns; i++)
            columnNames.Add(Encoding.UTF8.GetString(names[i]));
    }

    /// <param name="position">At the opening brace; then after the closing one.</param>
    /// <param name="depth">How many objects are open, this one included.</param>
    private bool TryMembers(ref int position, int depth)
    {
        int next = JsonScanner.SkipBlanks(Buffer, position + 1);
        if (Buffer[next] == '}')
        {
            position = next + 1;
            return true;
        }

        while (true)
        {
            if (Buffer[next] != '"' || !TryText(ref next, out Cell name) || name.Length == 0)
                return false;
            next = JsonScanner.SkipBlanks(Buffer, next);
            if (Buffer[next] != ':')
                return false;
            next = JsonScanner.SkipBlanks(Buffer, next + 1);
            if (!TryMember(name, ref next, depth))
                return false;
            next = JsonScanner.SkipBlanks(Buffer, next);
            if (Buffer[next] == '}')
            {
                position = next + 1;
                return true;
            }

            if (Buffer[next] != ',')
                return false;
            next = JsonScanner.SkipBlanks(Buffer, next + 1);
        }
    }

    private bool TryMember(Cell name, ref int position, int depth)
    {
        int start = position;
        switch (Buffer[position])
        {
            case (byte)'{':
                return depth < JsonScanner.MaxDepth && TryNested(name, ref position, depth);
            case (byte)'"':
                return TryText(ref position, out Cell text) && TryAssign(name, text);
            case (byte)'n':
                return JsonScanner.TryLiteral(Buffer, ref position, "null"u8) && TryAssign(name, new Cell(start, 0));
            default:
                return JsonScanner.TryValue(Buffer, ref position, depth) && TryAssign(name, new Cell(start, position - start));
        }
    }

    private bool TryNested(Cell name, ref int position, int depth)
    {
        int before = pathLength;
        if (before + name.Length + 1 > path.Length)
            return false;
        Buffer.AsSpan(name.Start, name.Length).CopyTo(path.AsSpan(before));
        pathLength = before + name.Length + 1;
        path[pathLength - 1] = (byte)'.';
        bool read = TryMembers(ref position, depth + 1);
        pathLength = before;
        return read;
    }

    private bool TryText(ref int position, out Cell text)
    {
        int start = position + 1;
        text = default;
        if (!JsonScanner.TryString(Buffer, ref position, out bool hasEscapes))
            return false;
        int length = position - 1 - start;
        if (hasEscapes)
        {
            length = JsonScanner.Unescape(Buffer, start, position - 1);
            if (length < 0)
                return false;
            ReadOnlySpan<byte> unescaped = Buffer.AsSpan(start, length);
            hasNul |= unescaped.Contains((byte)0);
            isAsciiRow = isAsciiRow && Ascii.IsValid(unescaped);
        }

        text = new Cell(start, length);
        return true;
    }

    /// <returns>False if the row has the column already, or its name is too long.</returns>
    private bool TryAssign(Cell name, Cell value)
    {
        ReadOnlySpan<byte> fullName = Buffer.AsSpan(name.Start, name.Length);
        if (pathLength + name.Length > NdjsonFormat.MaxNameBytes)
            return false;
        if (pathLength > 0)
        {
            fullName.CopyTo(path.AsSpan(pathLength));
            fullName = path.AsSpan(0, pathLength + name.Length);
        }

        int column = names.Find(fullName, expected);
        if (column < 0)
        {
            column = names.Add(fullName);
            if (column == lastSeen.Length)
                Array.Resize(ref lastSeen, column * 2);
        }
        else if (lastSeen[column] == line)
        {
            return false;
        }

        lastSeen[column] = line;
        expected = column + 1;
        if (column >= (discovers ? DataFormat.MaxColumns : known))
            return true;
        if (column >= Stride)
            Widen();
        Cells[rowStart + column] = value;
        return true;
    }

    /// <summary>Makes room for more columns in the rows of the batch.</summary>
    private void Widen()
    {
        int stride = Math.Min(Stride * 2, DataFormat.MaxColumns);
        RowCapacity = Math.Min(RowCapacity, Capacity(stride));
        var wider = new Cell[Math.Max(RowCapacity, Rows + 1) * stride];
        for (int row = 0; row <= Rows; row++)
            Cells.AsSpan(row * Stride, Stride).CopyTo(wider.AsSpan(row * stride));
        Cells = wider;
        Stride = stride;
        rowStart = Rows * stride;
    }

    /// <summary>Moves the incomplete line to the front and reads on behind it.</summary>
    private void Refill()
    {
        int kept = end - begin;
        if (kept > MaxRowBytes)
        {
            PassOver();
            return;
        }

        byte[] target = kept > (Buffer.Length - Padding) / 2 ? GC.AllocateUninitializedArray<byte>((int)Math.Min(Buffer.Length * 2L, (MaxRowBytes * 2L) + Padding)) : Buffer;
        System.Buffer.BlockCopy(Buffer, begin, target, 0, kept);
        Buffer = target;
        begin = 0;
        end = kept + Fill(kept);
    }

    /// <summary>Reads on to the end of a line that is too long to be held.</summary>
    private void PassOver()
    {
        int found = -1;
        while (found < 0 && !final)
        {
            end = Fill(0);
            found = Buffer.AsSpan(0, end).IndexOf((byte)'\n');
        }

        begin = found < 0 ? end : found + 1;
        AddRow(RowFault.TooLong, default);
    }

    private int Fill(int from)
    {
        int room = Buffer.Length - Padding - from;
        int read = stream.ReadAtLeast(Buffer.AsSpan(from, room), room, throwOnEndOfStream: false);
        final = read < room;
        return read;
    }
}
