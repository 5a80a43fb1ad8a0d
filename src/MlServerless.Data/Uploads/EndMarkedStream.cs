namespace MlServerless.Data;

/// <summary>A stream whose first bytes have been read already, followed by bytes that mark its end.</summary>
internal sealed class EndMarkedStream(ReadOnlyMemory<byte> first, Stream rest, ReadOnlyMemory<byte> mark) : Stream
{
    private ReadOnlyMemory<byte> first = first;
    private ReadOnlyMemory<byte> mark = mark;

    /// <summary>How many bytes were read, without the mark.</summary>
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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (first.Length > 0)
            return Count(Take(ref first, buffer));
        int read = rest.Read(buffer);
        return read > 0 ? Count(read) : Take(ref mark, buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (first.Length > 0)
            return Count(Take(ref first, buffer.Span));
        int read = await rest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return read > 0 ? Count(read) : Take(ref mark, buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Count(int read)
    {
        BytesRead += read;
        return read;
    }

    private static int Take(ref ReadOnlyMemory<byte> source, Span<byte> buffer)
    {
        int length = Math.Min(source.Length, buffer.Length);
        source.Span[..length].CopyTo(buffer);
        source = source[length..];
        return length;
    }
}
