using System.ComponentModel;

namespace System.IO.Hashing;

/// <summary>A hash algorithm that finds accidental changes and gives no protection against intended ones.</summary>
/// <remarks>Names and behaviour are those of the package System.IO.Hashing.</remarks>
public abstract class NonCryptographicHashAlgorithm
{
    private const int BufferBytes = 4096;

    /// <param name="hashLengthInBytes">The length of the hash, at least 1.</param>
    protected NonCryptographicHashAlgorithm(int hashLengthInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashLengthInBytes, 1);
        HashLengthInBytes = hashLengthInBytes;
    }

    public int HashLengthInBytes { get; }

    public abstract void Append(ReadOnlySpan<byte> source);

    /// <summary>Forgets everything appended.</summary>
    public abstract void Reset();

    /// <summary>Writes the hash of everything appended so far, without changing the state.</summary>
    /// <param name="destination">Exactly <see cref="HashLengthInBytes"/> long.</param>
    protected abstract void GetCurrentHashCore(Span<byte> destination);

    /// <summary>Writes the hash and resets.</summary>
    /// <param name="destination">Exactly <see cref="HashLengthInBytes"/> long.</param>
    protected virtual void GetHashAndResetCore(Span<byte> destination)
    {
        GetCurrentHashCore(destination);
        Reset();
    }

    public void Append(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Append(new ReadOnlySpan<byte>(source));
    }

    /// <summary>Appends the rest of a stream.</summary>
    public void Append(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] buffer = new byte[BufferBytes];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            Append(buffer.AsSpan(0, read));
        }
    }

    /// <summary>Appends the rest of a stream.</summary>
    public async Task AppendAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] buffer = new byte[BufferBytes];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            Append(buffer.AsSpan(0, read));
        }
    }

    public byte[] GetCurrentHash()
    {
        byte[] hash = new byte[HashLengthInBytes];
        GetCurrentHashCore(hash);
        return hash;
    }

    public bool TryGetCurrentHash(Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = destination.Length < HashLengthInBytes ? 0 : HashLengthInBytes;
        if (bytesWritten > 0)
        {
            GetCurrentHashCore(destination[..bytesWritten]);
        }

        return bytesWritten > 0;
    }

    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int GetCurrentHash(Span<byte> destination) =>
        TryGetCurrentHash(destination, out int bytesWritten) ? bytesWritten : throw TooShort();

    public byte[] GetHashAndReset()
    {
        byte[] hash = new byte[HashLengthInBytes];
        GetHashAndResetCore(hash);
        return hash;
    }

    public bool TryGetHashAndReset(Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = destination.Length < HashLengthInBytes ? 0 : HashLengthInBytes;
        if (bytesWritten > 0)
        {
            GetHashAndResetCore(destination[..bytesWritten]);
        }

        return bytesWritten > 0;
    }

    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int GetHashAndReset(Span<byte> destination) =>
        TryGetHashAndReset(destination, out int bytesWritten) ? bytesWritten : throw TooShort();

    /// <summary>Not the hash: always throws, so that nobody takes it for that.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Use GetCurrentHash() to retrieve the computed hash code.", error: true)]
#pragma warning disable CS0809 // Obsolete member overrides one that is not: that is its purpose.
#pragma warning disable CA1065 // So does the package.
    public override int GetHashCode() => throw new NotSupportedException("Use GetCurrentHash() to retrieve the computed hash code.");
#pragma warning restore CA1065, CS0809

    private ArgumentException TooShort() =>
        new($"The destination must hold at least {HashLengthInBytes} bytes.", "destination");
}
