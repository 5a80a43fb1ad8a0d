namespace MlServerless.Data;

/// <summary>A growing byte array that can be cut back, which ArrayBufferWriter cannot.</summary>
internal sealed class ByteBuffer(int capacity)
{
    private byte[] bytes = new byte[Math.Max(capacity, 16)];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    internal void Add(byte value)
    {
        if (Length == bytes.Length)
            Grow(1);
        bytes[Length++] = value;
    }

    internal void Add(ReadOnlySpan<byte> values)
    {
        values.CopyTo(Reserve(values.Length));
    }

    /// <summary>Appends <paramref name="count"/> bytes, to be filled by the caller.</summary>
    internal Span<byte> Reserve(int count)
    {
        if (bytes.Length - Length < count)
            Grow(count);
        Span<byte> room = bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }

    internal void CutBackTo(int length) => Length = length;

    internal byte[] ToArray() => Written.ToArray();

    private void Grow(int count)
    {
        long wanted = Math.Max((long)Length + count, bytes.Length * 2L);
        if ((long)Length + count > Array.MaxLength)
            throw new InvalidOperationException($"The content would be larger than {Array.MaxLength} bytes.");
        Array.Resize(ref bytes, (int)Math.Min(wanted, Array.MaxLength));
    }
}
