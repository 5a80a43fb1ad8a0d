using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>
/// A 64-bit hash for sketches: the same on every machine, process and version. Multiply-and-fold mixing after wyhash
/// with constants of our own (64 bits of the fractions of √2, √3, √5, √7, made odd); the last one to sixteen bytes count
/// as two numbers filled up with zeros. Not for hostile use: whoever makes values collide spoils only the sketch of
/// his own data.
/// </summary>
internal static class StableHash
{
    /// <summary>The longest value that <see cref="OfShort"/> takes, and how many bytes it reads.</summary>
    internal const int ShortLength = 16;

    private const ulong K0 = 0x6A09E667F3BCC909;
    private const ulong K1 = 0xBB67AE8584CAA73B;
    private const ulong K2 = 0x3C6EF372FE94F82B;
    private const ulong K3 = 0xA54FF53A5F1D36F1;

    internal static ulong Of(ReadOnlySpan<byte> value)
    {
        int length = value.Length;
        ulong state = K0 ^ (ulong)length;
        while (value.Length > 16)
        {
            state = Fold(BinaryPrimitives.ReadUInt64LittleEndian(value) ^ K1, BinaryPrimitives.ReadUInt64LittleEndian(value[8..]) ^ state);
            value = value[16..];
        }

        Span<byte> rest = stackalloc byte[ShortLength];
        rest.Clear();
        value.CopyTo(rest);
        return Finish(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]), state, length);
    }

    /// <summary>The same for a value of at most <see cref="ShortLength"/> bytes, behind which there is something to read.</summary>
    /// <param name="value">Its first byte; <see cref="ShortLength"/> bytes must be readable.</param>
    /// <param name="length">How many bytes it has.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong OfShort(ref byte value, int length)
    {
        ulong low = Unsafe.ReadUnaligned<ulong>(ref value);
        ulong high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref value, 8));
        if (!BitConverter.IsLittleEndian)
            (low, high) = (BinaryPrimitives.ReverseEndianness(low), BinaryPrimitives.ReverseEndianness(high));

        // A shift by 64 would be one by 0.
        ulong lowMask = length >= 8 ? ulong.MaxValue : (1UL << (length * 8)) - 1;
        ulong highMask = length >= 16 ? ulong.MaxValue : length <= 8 ? 0 : (1UL << (length * 8 - 64)) - 1;
        return Finish(low & lowMask, high & highMask, K0 ^ (ulong)length, length);
    }

    private static ulong Finish(ulong low, ulong high, ulong state, int length) =>
        Fold(Fold(low ^ K2, high ^ state) ^ K3, (ulong)length ^ K1);

    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out ulong low) ^ low;
}
