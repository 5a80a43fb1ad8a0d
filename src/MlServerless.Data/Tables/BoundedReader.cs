using System.Text;

namespace MlServerless.Data;

/// <summary>Reads a stream whose sizes are not to be trusted: nothing is allocated far ahead of the bytes that back it.</summary>
internal sealed class BoundedReader(Stream stream)
{
    private const int Step = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] window = new byte[1 << 16];
    private int next;
    private int filled;

    internal bool AtEnd() => next == filled && !Fill();

    internal byte Byte()
    {
        if (next == filled && !Fill())
            throw new InvalidDataException("The column file is cut short.");
        return window[next++];
    }

    internal byte[] Bytes(long count)
    {
        if (count > Array.MaxLength)
            throw new InvalidDataException($"A value of {count} bytes is larger than a column file can be.");
        byte[] bytes = new byte[Math.Min(count, Step)];
        int read = 0;
        while (read < count)
        {
            if (read == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(count, bytes.Length * 2L));
            if (next == filled && !Fill())
                throw new InvalidDataException("The column file is cut short.");
            int taken = Math.Min(bytes.Length - read, filled - next);
            window.AsSpan(next, taken).CopyTo(bytes.AsSpan(read));
            next += taken;
            read += taken;
        }

        return bytes;
    }

    internal ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }

        throw new InvalidDataException("A number of a column file has no end.");
    }

    internal long Signed()
    {
        ulong value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    internal int Count(string what)
    {
        ulong count = Unsigned();
        return count <= (ulong)Array.MaxLength ? (int)count : throw new InvalidDataException($"A column file does not hold {count} {what}.");
    }

    internal string Text()
    {
        try
        {
            return Strict.GetString(Bytes(Count("bytes of a text")));
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException("A text of the column file is not valid UTF-8.", error);
        }
    }

    private bool Fill()
    {
        next = 0;
        filled = stream.Read(window, 0, window.Length);
        return filled > 0;
    }
}
