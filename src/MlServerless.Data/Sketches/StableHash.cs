using System.Buffers.Binary;

namespace MlServerless.Data;

/// <summary>
/// A 64-bit hash for sketches: the same on every machine, process and version. Multiply-and-fold mixing after wyhash
/// with constants of our own (64 bits of the fractions of √2, √3, √5, √7, made odd). Not for hostile use: whoever
/// makes values collide spoils only the sketch of his own data.
/// </summary>
internal static class StableHash
{
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

        ulong a;
        ulong b;
        if (value.Length >= 8)
        {
            a = BinaryPrimitives.ReadUInt64LittleEndian(value);
            b = BinaryPrimitives.ReadUInt64LittleEndian(value[(value.Length - 8)..]);
        }
        else if (value.Length >= 4)
        {
            a = BinaryPrimitives.ReadUInt32LittleEndian(value);
            b = BinaryPrimitives.ReadUInt32LittleEndian(value[(value.Length - 4)..]);
        }
        else if (value.Length > 0)
        {
            a = (ulong)value[0] << 16 | (ulong)value[value.Length >> 1] << 8 | value[^1];
            b = 0;
        }
        else
        {
            a = b = 0;
        }

        return Fold(Fold(a ^ K2, b ^ state) ^ K3, (ulong)length ^ K1);
    }

    private static ulong Fold(ulong a, ulong b) => Math.BigMul(a, b, out ulong low) ^ low;
}
