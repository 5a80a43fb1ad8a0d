using System.Numerics;
using System.Runtime.Intrinsics;

namespace MlServerless.Data;

/// <summary>
/// Splits rows into fields after RFC 4180. Rows end with LF, CRLF or CR. A field is quoted if its first byte is a quote;
/// a quote elsewhere in an unquoted field is itself. Text between a closing quote and the next delimiter is a fault of
/// the row. <see cref="RowBoundary"/> finds the same row ends without the fields.
/// </summary>
internal static class CsvTokenizer
{
    /// <summary>How many bytes after the end of the data must be readable.</summary>
    internal const int Padding = 32;

    private const byte Quote = (byte)'"';
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    /// <summary>Reads the row that starts at <paramref name="start"/>; doubled quotes are made single in place.</summary>
    /// <param name="buffer">Data, with <see cref="Padding"/> bytes after <paramref name="end"/>.</param>
    /// <param name="start">Where the row starts, before <paramref name="end"/>.</param>
    /// <param name="end">Where the data end (exclusive).</param>
    /// <param name="final">Whether nothing follows after the data.</param>
    /// <param name="delimiter">An ASCII byte.</param>
    /// <param name="cells">Room for the fields; those beyond are only counted.</param>
    /// <param name="row">The outcome.</param>
    /// <returns>False if the row is not complete; nothing has been changed then.</returns>
    internal static bool TryReadRow(byte[] buffer, int start, int end, bool final, byte delimiter, Span<Cell> cells, out RowShape row)
    {
        Vector256<byte> delimiters = Vector256.Create(delimiter);
        Vector256<byte> quotes = Vector256.Create(Quote);
        Vector256<byte> returns = Vector256.Create(CarriageReturn);
        Vector256<byte> feeds = Vector256.Create(LineFeed);

        var fields = new FieldWriter(cells, start);
        for (int block = start; block < end;)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref buffer[block]);
            Vector256<byte> special = (Vector256.Equals(bytes, delimiters) | Vector256.Equals(bytes, quotes))
                | (Vector256.Equals(bytes, returns) | Vector256.Equals(bytes, feeds));
            uint mask = special.ExtractMostSignificantBits();
            if (end - block < Vector256<byte>.Count)
                mask &= (1u << (end - block)) - 1;
            int next = block + Vector256<byte>.Count;
            while (mask != 0)
            {
                int position = block + BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
                byte found = buffer[position];
                if (found == delimiter)
                {
                    fields.End(position);
                }
                else if (found != Quote)
                {
                    if (TryEndLine(buffer, position, end, final, out int rest))
                    {
                        row = fields.EndRow(buffer, position, rest);
                        return true;
                    }

                    row = default;
                    return false;
                }
                else if (position == fields.Start)
                {
                    int close = FindClosingQuote(buffer, position + 1, end, final, out bool doubled);
                    if (close < 0)
                    {
                        row = final ? fields.EndRow(buffer, end, end) with { Fault = RowFault.UnterminatedQuote } : default;
                        return final;
                    }

                    fields.Quoted(close, doubled);
                    next = close + 1;
                    break;
                }
            }

            block = next;
        }

        row = final ? fields.EndRow(buffer, end, end) : default;
        return final;
    }

    private static bool TryEndLine(byte[] buffer, int position, int end, bool final, out int next)
    {
        next = position + 1;
        if (buffer[position] != CarriageReturn)
            return true;
        if (next == end)
            return final;
        if (buffer[next] == LineFeed)
            next++;
        return true;
    }

    /// <returns>Where the quote is; -1 if it is not in the data, or the last byte of data that go on and may yet be doubled.</returns>
    private static int FindClosingQuote(byte[] buffer, int from, int end, bool final, out bool doubled)
    {
        doubled = false;
        while (true)
        {
            int found = buffer.AsSpan(from, end - from).IndexOf(Quote);
            if (found < 0)
                return -1;
            int position = from + found;
            if (position + 1 == end)
                return final ? position : -1;
            if (buffer[position + 1] != Quote)
                return position;
            doubled = true;
            from = position + 2;
        }
    }

    /// <summary>Collects the fields of one row.</summary>
    private ref struct FieldWriter(Span<Cell> cells, int start)
    {
        private readonly Span<Cell> cells = cells;
        private int count;
        private int close = -1;
        private bool anyDoubled;
        private bool doubled;
        private RowFault fault;

        /// <summary>Where the current field starts.</summary>
        internal int Start { get; private set; } = start;

        internal void Quoted(int closingQuote, bool hasDoubledQuotes)
        {
            close = closingQuote;
            doubled = hasDoubledQuotes;
        }

        internal void End(int position)
        {
            int length = position - Start;
            int from = Start;
            if (close >= 0)
            {
                if (position != close + 1)
                    fault = RowFault.MalformedQuote;
                from++;

                // A negative length marks a field whose doubled quotes wait for the end of the row.
                length = close - from;
                if (doubled)
                    length = ~length;
                anyDoubled |= doubled;
                close = -1;
            }

            if (count < cells.Length)
                cells[count] = new Cell(from, length);
            count++;
            Start = position + 1;
        }

        internal RowShape EndRow(byte[] buffer, int position, int next)
        {
            End(position);
            if (anyDoubled)
                Unescape(buffer);
            return new RowShape(position, next, count, fault);
        }

        private readonly void Unescape(byte[] buffer)
        {
            foreach (ref Cell cell in cells[..Math.Min(count, cells.Length)])
            {
                if (cell.Length >= 0)
                    continue;
                int length = 0;
                Span<byte> text = buffer.AsSpan(cell.Start, ~cell.Length);
                for (int i = 0; i < text.Length; i++)
                {
                    text[length++] = text[i];
                    if (text[i] == Quote)
                        i++;
                }

                // What is left behind must stay valid UTF-8: half a character would condemn the row.
                text[length..].Fill(Quote);
                cell = new Cell(cell.Start, length);
            }
        }
    }
}
