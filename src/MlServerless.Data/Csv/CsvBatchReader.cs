using System.Text;
using System.Text.Unicode;

namespace MlServerless.Data;

/// <summary>
/// Reads the rows of one part in batches: where every field lies in a buffer, and which rows are not what the header
/// promises. Memory is bounded whatever the bytes: a row longer than <see cref="MaxRowBytes"/> is passed over and reported.
/// </summary>
internal sealed class CsvBatchReader : RowBatchReader
{
    private const int InitialBuffer = 1 << 18;
    private const int CellsPerBatch = 1 << 14;
    private const int MostPatience = 64;

    private readonly Stream stream;
    private readonly byte delimiter;
    private readonly RowExtent[] extents;
    private readonly RowBoundary boundary;
    private int begin;
    private int end;
    private bool final;

    /// <summary>How many rows to read one by one before the next attempt to take many at once, and how many the attempt after that waits.</summary>
    private int careful;
    private int patience = 1;

    internal CsvBatchReader(Stream stream, CsvFormat format, bool hasHeader)
        : base(format.Columns, Math.Clamp(CellsPerBatch / Math.Max(format.Columns.Count, 1), 1, 2048), GC.AllocateUninitializedArray<byte>(InitialBuffer + CsvTokenizer.Padding))
    {
        this.stream = stream;
        delimiter = (byte)format.Delimiter;
        boundary = new RowBoundary(delimiter);
        extents = Extents;
        if (hasHeader)
            Skip(format.HeaderBytes);
    }

    internal override int BufferedBytes => end;

    private int Columns => Stride;

    internal override bool Read(CancellationToken cancellationToken)
    {
        RowsBefore += Rows;
        Rows = 0;
        while (Rows == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TakeRows();
            if (Rows > 0)
                break;
            if (final && begin == end)
                return false;
            Refill();
        }

        CheckEncoding();
        return true;
    }

    private void TakeRows()
    {
        while (Rows < extents.Length && begin < end)
        {
            if (--careful < 0 && TakePlainRows())
                continue;
            Span<Cell> cells = Cells.AsSpan(Rows * Columns, Columns);
            if (!CsvTokenizer.TryReadRow(Buffer, begin, end, final, delimiter, cells, out RowShape row))
                return;
            int start = begin;
            begin = row.Next;
            if (row.End == start)
                continue;
            extents[Rows] = new RowExtent(start, row.End);
            FieldCounts[Rows] = row.Fields;
            Faults[Rows] = Judge(row, row.End - start);
            Rows++;
        }
    }

    private bool TakePlainRows()
    {
        if (Columns == 0)
            return false;
        int from = begin;
        int taken = PlainRows.Take(Buffer, begin, end, delimiter, Columns, Cells.AsSpan(Rows * Columns), extents.AsSpan(Rows), out begin);
        Faults.AsSpan(Rows, taken).Clear();
        FieldCounts.AsSpan(Rows, taken).Fill(Columns);
        Rows += taken;

        // In files with many quotes attempts would be made for nothing.
        patience = taken > 0 ? 1 : Math.Min(2 * patience, MostPatience);
        careful = patience;
        return begin > from;
    }

    private RowFault Judge(RowShape row, int bytes)
    {
        if (row.Fault != RowFault.UnterminatedQuote && bytes > MaxRowBytes)
            return RowFault.TooLong;
        return row.Fault != RowFault.None ? row.Fault : row.Fields == Columns ? RowFault.None : RowFault.Ragged;
    }

    /// <summary>Moves the incomplete row to the front and reads on behind it.</summary>
    private void Refill()
    {
        int kept = end - begin;
        if (kept > MaxRowBytes)
        {
            PassOver();
            return;
        }

        byte[] target = kept > Buffer.Length / 2 ? GC.AllocateUninitializedArray<byte>((int)Math.Min(Buffer.Length * 2L, MaxRowBytes * 2L) + CsvTokenizer.Padding) : Buffer;
        System.Buffer.BlockCopy(Buffer, begin, target, 0, kept);
        Buffer = target;
        begin = 0;
        int room = Buffer.Length - CsvTokenizer.Padding - kept;
        int read = stream.ReadAtLeast(Buffer.AsSpan(kept, room), room, throwOnEndOfStream: false);
        end = kept + read;
        final |= read < room;
    }

    /// <summary>Reads on to the end of a row that is too long to be held.</summary>
    private void PassOver()
    {
        boundary.Restart();
        int next = boundary.Find(Buffer.AsSpan(begin, end - begin), 1);
        begin = next < 0 ? end : begin + next;
        while (next < 0 && !final)
        {
            int room = Buffer.Length - CsvTokenizer.Padding;
            end = stream.ReadAtLeast(Buffer.AsSpan(0, room), room, throwOnEndOfStream: false);
            final = end < room;
            next = boundary.Find(Buffer.AsSpan(0, end), 0);
            begin = next < 0 ? end : next;
        }

        extents[0] = default;
        FieldCounts[0] = 0;
        Faults[0] = next < 0 && boundary.InQuotes ? RowFault.UnterminatedQuote : RowFault.TooLong;
        Rows = 1;
    }

    private void CheckEncoding()
    {
        int from = extents[0].Start;
        Span<byte> all = Buffer.AsSpan(from, extents[Rows - 1].End - from);
        IsAscii = Ascii.IsValid(all);
        bool wellFormed = IsAscii || Utf8.IsValid(all);
        if (wellFormed && !all.Contains((byte)0))
            return;
        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<byte> row = Buffer.AsSpan(extents[i].Start, extents[i].End - extents[i].Start);
            if (!wellFormed && !Utf8.IsValid(row))
                Faults[i] = RowFault.NotUtf8;
            else if (row.Contains((byte)0))
                Faults[i] = RowFault.NulByte;
        }
    }

    private void Skip(int bytes)
    {
        while (bytes > 0)
        {
            int read = stream.ReadAtLeast(Buffer.AsSpan(0, Math.Min(bytes, Buffer.Length)), 1, throwOnEndOfStream: false);
            if (read == 0)
                return;
            bytes -= read;
        }
    }
}
