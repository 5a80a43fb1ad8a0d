using Azure;
using Azure.Storage.Blobs.Models;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Storage.Blobs;

/// <summary>Says in the pipelines' words that an upload changed while it was read.</summary>
internal sealed class UploadStream(Stream inner, string name, string etag) : ForwardStream
{
    public static bool IsChanged(RequestFailedException e) =>
        e.Status == 412
        || (e.Status == 404 && e.ErrorCode != BlobErrorCode.ContainerNotFound)
        // Overwritten by a shorter one: the range begins behind its end, which is looked at before the condition.
        || e.Status == 416;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (RequestFailedException e) when (IsChanged(e))
        {
            throw new UploadChangedException(name, etag);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (IsChanged(e))
        {
            throw new UploadChangedException(name, etag);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
