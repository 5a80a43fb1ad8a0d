using System.Numerics;
using System.Runtime.Intrinsics;

namespace MlServerless.Data;

/// <summary>
/// Passes over the tokens of JSON text (RFC 8259) on one line. The line must be followed by a line feed, which no token goes beyond,
/// and by <see cref="Padding"/> bytes that can be read; its encoding is not looked at.
/// </summary>
internal static class JsonScanner
{
    /// <summary>How many bytes after the line feed must be readable.</summary>
    internal const int Padding = 32;

    /// <summary>How deep arrays and objects may stand in each other.</summary>
    internal const int MaxDepth = 64;

    internal static int SkipBlanks(byte[] buffer, int position)
    {
        while (buffer[position] is (byte)' ' or (byte)'\t' or (byte)'\r')
            position++;
        return position;
    }

    /// <param name="buffer">Holds the line.</param>
    /// <param name="position">At the opening quote; then after the closing one.</param>
    /// <param name="hasEscapes">Whether there are any; that they are right is checked.</param>
    internal static bool TryString(byte[] buffer, ref int position, out bool hasEscapes)
    {
        hasEscapes = false;
        int next = position + 1;
        while (true)
        {
            next = FindSpecial(buffer, next);
            switch (buffer[next])
            {
                case (byte)'"':
                    position = next + 1;
                    return true;
                case (byte)'\\':
                    hasEscapes = true;
                    if (buffer[next + 1] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t')
                        next += 2;
                    else if (buffer[next + 1] == 'u' && TryHex(buffer, next + 2, out _))
                        next += 6;
                    else
                        return false;
                    break;
                default:
                    return false; // a control character
            }
        }
    }

    internal static bool TryNumber(byte[] buffer, ref int position)
    {
        int next = position;
        if (buffer[next] == '-')
            next++;
        if (buffer[next] == '0')
            next++;
        else if (!TryDigits(buffer, ref next))
            return false;
        if (buffer[next] == '.')
        {
            next++;
            if (!TryDigits(buffer, ref next))
                return false;
        }

        if (buffer[next] is (byte)'e' or (byte)'E')
        {
            next++;
            if (buffer[next] is (byte)'+' or (byte)'-')
                next++;
            if (!TryDigits(buffer, ref next))
                return false;
        }

        position = next;
        return true;
    }

    internal static bool TryLiteral(byte[] buffer, ref int position, ReadOnlySpan<byte> literal)
    {
        if (!buffer.AsSpan(position).StartsWith(literal))
            return false;
        position += literal.Length;
        return true;
    }

    /// <summary>Passes over a value of any kind.</summary>
    internal static bool TryValue(byte[] buffer, ref int position, int depth) => buffer[position] switch
    {
        (byte)'"' => TryString(buffer, ref position, out _),
        (byte)'[' => depth < MaxDepth && TryContainer(buffer, ref position, (byte)']', depth + 1),
        (byte)'{' => depth < MaxDepth && TryContainer(buffer, ref position, (byte)'}', depth + 1),
        (byte)'t' => TryLiteral(buffer, ref position, "true"u8),
        (byte)'f' => TryLiteral(buffer, ref position, "false"u8),
        (byte)'n' => TryLiteral(buffer, ref position, "null"u8),
        _ => TryNumber(buffer, ref position),
    };

    /// <summary>Replaces the escapes of a string in place.</summary>
    /// <returns>How long it is then; -1 if half of a surrogate pair stands alone.</returns>
    internal static int Unescape(byte[] buffer, int start, int end)
    {
        int written = start + buffer.AsSpan(start, end - start).IndexOf((byte)'\\');
        int read = written;
        while (read < end)
        {
            byte current = buffer[read++];
            if (current != '\\')
            {
                buffer[written++] = current;
                continue;
            }

            current = buffer[read++];
            if (current != 'u')
            {
                buffer[written++] = current switch { (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, _ => current };
                continue;
            }

            TryHex(buffer, read, out int code);
            read += 4;
            if (char.IsSurrogate((char)code))
            {
                if (!char.IsHighSurrogate((char)code) || end - read < 6 || buffer[read] != '\\' || buffer[read + 1] != 'u'
                    || !TryHex(buffer, read + 2, out int low) || !char.IsLowSurrogate((char)low))
                    return -1;
                code = char.ConvertToUtf32((char)code, (char)low);
                read += 6;
            }

            written += new System.Text.Rune(code).EncodeToUtf8(buffer.AsSpan(written));
        }

        return written - start;
    }

    private static bool TryContainer(byte[] buffer, ref int position, byte close, int depth)
    {
        int next = SkipBlanks(buffer, position + 1);
        if (buffer[next] == close)
        {
            position = next + 1;
            return true;
        }

        while (true)
        {
            if (close == '}')
            {
                if (buffer[next] != '"' || !TryString(buffer, ref next, out _))
                    return false;
                next = SkipBlanks(buffer, next);
                if (buffer[next] != ':')
                    return false;
                next = SkipBlanks(buffer, next + 1);
            }

            if (!TryValue(buffer, ref next, depth))
                return false;
            next = SkipBlanks(buffer, next);
            if (buffer[next] == close)
            {
                position = next + 1;
                return true;
            }

            if (buffer[next] != ',')
                return false;
            next = SkipBlanks(buffer, next + 1);
        }
    }

    private static bool TryDigits(byte[] buffer, ref int position)
    {
        int start = position;
        while (char.IsAsciiDigit((char)buffer[position]))
            position++;
        return position > start;
    }

    private static bool TryHex(byte[] buffer, int position, out int code)
    {
        code = 0;
        for (int i = 0; i < 4; i++)
        {
            char digit = (char)buffer[position + i];
            if (!char.IsAsciiHexDigit(digit))
                return false;
            code = (code << 4) | (char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }

    /// <summary>The next quote, backslash or control character.</summary>
    private static int FindSpecial(byte[] buffer, int position)
    {
        Vector256<byte> quotes = Vector256.Create((byte)'"');
        Vector256<byte> backslashes = Vector256.Create((byte)'\\');
        Vector256<byte> blanks = Vector256.Create((byte)' ');
        while (true)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref buffer[position]);
            uint mask = (Vector256.Equals(bytes, quotes) | Vector256.Equals(bytes, backslashes) | Vector256.LessThan(bytes, blanks)).ExtractMostSignificantBits();
            if (mask != 0)
                return position + BitOperations.TrailingZeroCount(mask);
            position += Vector256<byte>.Count;
        }
    }
}
