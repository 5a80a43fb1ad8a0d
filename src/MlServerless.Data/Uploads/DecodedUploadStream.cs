using System.Globalization;
using System.IO.Compression;

namespace MlServerless.Data;

/// <summary>
/// The bytes that an upload stands for: those of a gzip stream (RFC 1952, of any number of members) decoded, others as they are. What it starts with
/// decides, not its name. Memory is bounded, and so is what a few bytes may grow to.
/// </summary>
public sealed class DecodedUploadStream : Stream
{
    /// <summary>What an upload may decode to, unless another limit is set.</summary>
    public const long DefaultMaxBytes = 64L << 30;

    private const int BufferBytes = 1 << 16;

    /// <summary>
    /// The framework's decoder takes a stream that breaks off for one that ends, and passes over what follows it. So a member of our own
    /// is put behind the upload: it comes out at the end exactly if all before it was whole.
    /// </summary>
    private static readonly byte[] Mark = "MlServerless: here ends an upload"u8.ToArray();
    private static readonly byte[] CompressedMark = Compress(Mark);

    private readonly EndMarkedStream source;
    private readonly GZipStream? gzip;
    private readonly long maxBytes;
    private readonly byte[] buffer;
    private long decoded;
    private int start;
    private int end;
    private bool ended;

    private DecodedUploadStream(ReadOnlyMemory<byte> first, Stream rest, long maxBytes)
    {
        this.maxBytes = maxBytes;
        IsCompressed = first.Span.SequenceEqual((ReadOnlySpan<byte>)[0x1F, 0x8B]);
        source = new EndMarkedStream(first, rest, IsCompressed ? CompressedMark : default);
        gzip = IsCompressed ? new GZipStream(source, CompressionMode.Decompress) : null;
        buffer = IsCompressed ? new byte[BufferBytes] : [];
    }

    public bool IsCompressed { get; }

    /// <summary>How many bytes of the upload itself have been read.</summary>
    public long BytesTaken => source.BytesRead;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Looks at the first bytes of an upload.</summary>
    /// <param name="upload">From the beginning; it stays the caller's to dispose of.</param>
    /// <param name="maxBytes">How many bytes a compressed one may decode to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Reading it throws a <see cref="DecodingException"/> where the upload is damaged or decodes to more than that.</returns>
    public static async Task<DecodedUploadStream> OpenAsync(Stream upload, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(upload);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        byte[] first = new byte[2];
        int read = await upload.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return new DecodedUploadStream(first.AsMemory(0, read), upload, maxBytes);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (gzip is null)
            return source.Read(buffer);
        while (!ended && Ready == 0)
        {
            try
            {
                Take(gzip.Read(MakeRoom().Span));
            }
            catch (InvalidDataException exception)
            {
                throw Corrupt(exception);
            }
        }

        return Give(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (gzip is null)
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        while (!ended && Ready == 0)
        {
            try
            {
                Take(await gzip.ReadAsync(MakeRoom(), cancellationToken).ConfigureAwait(false));
            }
            catch (InvalidDataException exception)
            {
                throw Corrupt(exception);
            }
        }

        return Give(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            gzip?.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    /// <summary>How many decoded bytes are surely none of the mark's.</summary>
    private int Ready => Math.Max(0, end - start - Mark.Length);

    private Memory<byte> MakeRoom()
    {
        Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        return buffer.AsMemory(end);
    }

    private void Take(int read)
    {
        end += read;
        decoded += read;
        if (decoded - Mark.Length > maxBytes)
            throw new DecodingException(new Finding
            {
                Code = FindingCodes.DecodedTooLarge,
                Severity = Severity.Blocking,
                Message = string.Create(CultureInfo.InvariantCulture, $"The gzip stream decodes to more than {maxBytes} bytes, of which {BytesTaken} bytes of the file have been read. Upload it in several files, or raise the limit of the app if it is no mistake."),
                Expected = string.Create(CultureInfo.InvariantCulture, $"at most {maxBytes} bytes"),
                Count = 1,
            });
        if (read > 0)
            return;
        ended = true;
        if (!buffer.AsSpan(start, end - start).EndsWith(Mark))
            throw Corrupt(null);
    }

    private int Give(Span<byte> target)
    {
        int length = Math.Min(Ready, target.Length);
        buffer.AsSpan(start, length).CopyTo(target);
        start += length;
        return length;
    }

    private DecodingException Corrupt(Exception? cause)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"after {decoded} decoded bytes, {BytesTaken} bytes into the file");
        return new DecodingException(
            new Finding
            {
                Code = FindingCodes.CorruptGzip,
                Severity = Severity.Blocking,
                Message = $"The gzip stream is damaged, breaks off or is followed by something else ({where}). Nothing of it is kept. Compress the file anew, test it with gzip -t, and upload it again.",
                Expected = "a whole gzip stream",
                Count = 1,
            },
            cause);
    }
}
