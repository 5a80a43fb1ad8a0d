using System.Buffers;

namespace MlServerless.Data;

/// <summary>
/// Finds ends of rows in data that come piece by piece, by the same rules as <see cref="CsvTokenizer"/>; keeps its place
/// between pieces, so that a row may be longer than any buffer.
/// </summary>
internal sealed class RowBoundary(byte delimiter) : PartBoundary
{
    private static readonly SearchValues<byte> LineBreaks = SearchValues.Create("\r\n"u8);

    private readonly SearchValues<byte> special = SearchValues.Create([delimiter, (byte)'"', (byte)'\r', (byte)'\n']);
    private State state = State.FieldStart;

    private enum State
    {
        FieldStart,
        InField,
        InQuotes,
        AfterQuote,
        AfterReturn,
    }

    /// <summary>Whether what has been read ends inside quotes.</summary>
    internal bool InQuotes => state == State.InQuotes;

    internal override void Restart() => state = State.FieldStart;

    /// <inheritdoc/>
    /// <remarks>A carriage return is an end only once the byte after it is known.</remarks>
    internal override int Find(ReadOnlySpan<byte> piece, int notBefore)
    {
        int position = 0;
        if (state != State.InQuotes && state != State.AfterQuote && !piece.Contains((byte)'"'))
            return FindWithoutQuotes(piece, notBefore);
        while (position < piece.Length)
        {
            if (state == State.AfterReturn)
            {
                int end = piece[position] == '\n' ? position + 1 : position;
                state = State.FieldStart;
                if (end >= notBefore)
                    return end;
                position = end;
                continue;
            }

            if (state == State.InQuotes)
            {
                int quote = piece[position..].IndexOf((byte)'"');
                if (quote < 0)
                    return -1;
                position += quote + 1;
                state = State.AfterQuote;
                continue;
            }

            if (state == State.InField)
            {
                int found = piece[position..].IndexOfAny(special);
                if (found < 0)
                    return -1;
                position += found;
            }

            byte current = piece[position++];
            state = Next(current);
            if (current == '\n' && position >= notBefore && state == State.FieldStart)
                return position;
        }

        return -1;
    }

    private State Next(byte current)
    {
        if (current == delimiter || current == '\n')
            return State.FieldStart;
        if (current == '\r')
            return State.AfterReturn;
        return current == '"' && state is State.FieldStart or State.AfterQuote ? State.InQuotes : State.InField;
    }

    private int FindWithoutQuotes(ReadOnlySpan<byte> piece, int notBefore)
    {
        if (piece.IsEmpty)
            return -1;
        if (state == State.AfterReturn)
        {
            int end = piece[0] == '\n' ? 1 : 0;
            if (end >= notBefore)
            {
                state = State.FieldStart;
                return end;
            }
        }

        // An end at notBefore belongs to a line break just before it.
        int from = Math.Clamp(notBefore - 1, 0, piece.Length);
        while (true)
        {
            int found = piece[from..].IndexOfAny(LineBreaks);
            if (found < 0)
                break;
            int position = from + found;
            if (piece[position] == '\r' && position + 1 == piece.Length)
                break;
            int end = piece[position] == '\r' && piece[position + 1] == '\n' ? position + 2 : position + 1;
            if (end >= notBefore)
            {
                state = State.FieldStart;
                return end;
            }

            from = end;
        }

        byte last = piece[^1];
        state = last == '\r' ? State.AfterReturn : last == delimiter || last == '\n' ? State.FieldStart : State.InField;
        return -1;
    }
}
