using System.Buffers.Binary;

namespace System.IO.Hashing;

/// <summary>CRC-64 as ECMA-182, annex B, defines it: polynomial 0x42F0E1EBA9EA3693, most significant bit first, initial value and final XOR zero; the hash is big-endian.</summary>
/// <remarks>Names and behaviour are those of the package System.IO.Hashing.</remarks>
public sealed class Crc64 : NonCryptographicHashAlgorithm
{
    private const int Size = sizeof(ulong);

    private static readonly ulong[] Table = MakeTable(0x42F0E1EBA9EA3693);

    private ulong crc;

    public Crc64()
        : base(Size)
    {
    }

    public static byte[] Hash(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(new ReadOnlySpan<byte>(source));
    }

    public static byte[] Hash(ReadOnlySpan<byte> source)
    {
        byte[] hash = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(hash, Update(0, source));
        return hash;
    }

    public static bool TryHash(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesWritten)
    {
        bool fits = BinaryPrimitives.TryWriteUInt64BigEndian(destination, Update(0, source));
        bytesWritten = fits ? Size : 0;
        return fits;
    }

    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Hash(ReadOnlySpan<byte> source, Span<byte> destination) =>
        TryHash(source, destination, out int bytesWritten)
            ? bytesWritten
            : throw new ArgumentException($"The destination must hold at least {Size} bytes.", nameof(destination));

    public override void Append(ReadOnlySpan<byte> source) => crc = Update(crc, source);

    public override void Reset() => crc = 0;

    protected override void GetCurrentHashCore(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, crc);

    private static ulong Update(ulong crc, ReadOnlySpan<byte> source)
    {
        foreach (byte value in source)
        {
            crc = Table[(byte)(crc >> 56) ^ value] ^ (crc << 8);
        }

        return crc;
    }

    private static ulong[] MakeTable(ulong polynomial)
    {
        ulong[] table = new ulong[256];
        for (int i = 0; i < table.Length; i++)
        {
            ulong crc = (ulong)i << 56;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & (1UL << 63)) != 0 ? (crc << 1) ^ polynomial : crc << 1;
            }

            table[i] = crc;
        }

        return table;
    }
}
