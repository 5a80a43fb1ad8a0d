namespace MlServerless.Data;

/// <summary>
/// Copies what is read through it to an output, but for what is left out. It holds back as much as a reader of rows may still want to leave out.
/// </summary>
internal sealed class CopyingStream(Stream source, Stream output) : Stream
{
    /// <summary>More than a reader of rows has in its buffer.</summary>
    private const int MostHeld = 3 * RowBatchReader.MaxRowBytes;

    private byte[] held = new byte[1 << 18];
    private int start;
    private int end;

    /// <summary>How many bytes have been read.</summary>
    internal long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The position in the source of the first byte that is held.</summary>
    private long Held => BytesRead - (end - start);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        if (read > held.Length - end)
            MakeRoom(read);
        buffer[..read].CopyTo(held.AsSpan(end));
        end += read;
        BytesRead += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Copies what comes before a position.</summary>
    internal void CopyTo(long position)
    {
        int count = (int)Math.Max(position - Held, 0);
        output.Write(held.AsSpan(start, count));
        start += count;
    }

    internal void CopyRest() => CopyTo(BytesRead);

    /// <summary>Copies what comes before a row, and passes over the row and its line break.</summary>
    /// <param name="rowStart">Where the row starts in the source.</param>
    /// <param name="rowEnd">Where its line break is, or the end of the source.</param>
    /// <param name="endsWithReturn">Whether a carriage return is a line break, too.</param>
    internal void LeaveOut(long rowStart, long rowEnd, bool endsWithReturn)
    {
        CopyTo(rowStart);
        start += (int)(rowEnd - rowStart);
        if (endsWithReturn && start < end && held[start] == '\r')
            start++;
        if (start < end && held[start] == '\n')
            start++;
    }

    private void MakeRoom(int count)
    {
        if (end - start + count > MostHeld)
            CopyTo(BytesRead - (MostHeld - count));
        byte[] target = end - start + count > held.Length ? new byte[Math.Min(Math.Max(held.Length * 2, end - start + count), Math.Max(MostHeld, count))] : held;
        Buffer.BlockCopy(held, start, target, 0, end - start);
        end -= start;
        start = 0;
        held = target;
    }
}
