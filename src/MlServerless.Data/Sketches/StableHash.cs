using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    private static ReadOnlySpan<byte> OnesAndZeros =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

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
        (ulong low, ulong high) = Words(ref value, length);
        return Finish(low, high, K0 ^ (ulong)length, length);
    }

    /// <summary>A value of at most <see cref="ShortLength"/> bytes as two numbers, filled up with zeros.</summary>
    /// <inheritdoc cref="OfShort(ref byte, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (ulong Low, ulong High) Words(ref byte value, int length)
    {
        // Ones as long as the value, from the middle of ones and zeros: a value is as likely 7 bytes long as 8, and a branch would often guess wrong.
        ref byte mask = ref Unsafe.Add(ref MemoryMarshal.GetReference(OnesAndZeros), ShortLength - length);
        Vector128<ulong> bytes = (Vector128.LoadUnsafe(ref value) & Vector128.LoadUnsafe(ref mask)).AsUInt64();
        (ulong low, ulong high) = (bytes.ToScalar(), bytes.GetElement(1));
        return BitConverter.IsLittleEndian ? (low, high) : (BinaryPrimitives.ReverseEndianness(low), BinaryPrimitives.ReverseEndianness(high));
    }

    /// <summary>Makes of one hash another.</summary>
    /// <param name="hash">A hash, or a sum of hashes.</param>
    /// <param name="seed">Odd.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mix(ulong hash, ulong seed) => Fold(hash ^ seed, seed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ulong low, ulong high, ulong state, int length) =>
        Fold(Fold(low ^ K2, high ^ state) ^ K3, (ulong)length ^ K1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out ulong low) ^ low;
}
