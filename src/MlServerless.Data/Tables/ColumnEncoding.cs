using System.Buffers.Binary;

namespace MlServerless.Data;

/// <summary>The small parts of which a <see cref="ColumnFile"/> is made.</summary>
internal static class ColumnEncoding
{
    internal static void WriteUnsigned(ByteBuffer output, ulong value)
    {
        while (value >= 0x80)
        {
            output.Add((byte)(value | 0x80));
            value >>= 7;
        }

        output.Add((byte)value);
    }

    internal static void WriteSigned(ByteBuffer output, long value) => WriteUnsigned(output, (ulong)(value << 1 ^ value >> 63));

    internal static void WriteText(ByteBuffer output, ReadOnlySpan<byte> utf8)
    {
        WriteUnsigned(output, (ulong)utf8.Length);
        output.Add(utf8);
    }

    /// <summary>How many bytes codes from 0 to <paramref name="largest"/> take: 1, 2 or 4.</summary>
    internal static int WidthFor(long largest) => largest <= byte.MaxValue ? 1 : largest <= ushort.MaxValue ? 2 : 4;

    internal static void WriteCode(Span<byte> target, int width, uint code)
    {
        switch (width)
        {
            case 1:
                target[0] = (byte)code;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)code);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(target, code);
                break;
        }
    }

    internal static uint ReadCode(ReadOnlySpan<byte> source, int width) => width switch
    {
        1 => source[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(source),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(source),
    };
}
