using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace MlServerless.Worker.Invocation;

/// <summary>A request's whole body in a pooled array. Bytes, not text: the host sends histories of many megabytes.</summary>
internal sealed class PooledBody : IDisposable
{
    /// <summary>Longest body of the host's own calls, orchestrator calls apart: inputs are references, not data.</summary>
    public const long MaxCallBytes = 30 * 1024 * 1024;

    private const int InitialBytes = 16 * 1024;

    private byte[] buffer;

    private PooledBody(byte[] buffer) => this.buffer = buffer;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, Length);

    /// <exception cref="BadHttpRequestException">413: the body is longer than <paramref name="maxBytes"/>.</exception>
    public static async Task<PooledBody> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
        {
            throw TooLong(maxBytes);
        }

        var body = new PooledBody(ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? InitialBytes) + 1));
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(body.buffer.AsMemory(body.Length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                body.Length += read;
                if (body.Length > maxBytes)
                {
                    throw TooLong(maxBytes);
                }

                if (body.Length == body.buffer.Length)
                {
                    body.Grow();
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        Length = 0;
    }

    private static BadHttpRequestException TooLong(long maxBytes)
        => new($"The request body is longer than {maxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min((long)buffer.Length * 2, Array.MaxLength));
        buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
