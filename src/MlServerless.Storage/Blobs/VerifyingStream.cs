using System.Security.Cryptography;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>
/// Hashes what is read. The read that would hand out the last byte throws when the hash is another one, so that also
/// a reader that stops there, without asking for the end, never takes changed bytes for good ones.
/// </summary>
internal sealed class VerifyingStream(Stream inner, long length, ContentHash expected) : ForwardStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long position;
    private bool verified;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        Take(buffer[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Take(buffer.Span[..read], atEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes, bool atEnd)
    {
        hash.AppendData(bytes);
        position += bytes.Length;
        if (verified || (position < length && !atEnd))
        {
            return;
        }

        var actual = ContentHash.FromDigest(hash.GetCurrentHash());
        if (actual != expected)
        {
            throw new ContentCorruptException(expected, actual);
        }

        verified = true;
    }
}
