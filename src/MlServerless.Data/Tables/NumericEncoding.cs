using System.Buffers.Binary;

namespace MlServerless.Data;

/// <summary>
/// The values of a numeric column. Encoding 0: doubles. Encoding 1: whole numbers close together, as the smallest (zigzag varint), a
/// width of 1, 2 or 4 bytes, and 0 for missing or 1 + the distance from the smallest. Encoding 2: up to 65,535 different values, in
/// the order of their bit patterns, a width of 1 or 2 bytes, and 0 for missing or 1 + the position. The first that fits of 1,
/// 2, 0 is taken.
/// </summary>
internal static class NumericEncoding
{
    private const byte Raw = 0;
    private const byte Whole = 1;
    private const byte Dictionary = 2;

    private const double LargestExactInteger = 9007199254740992.0;

    internal static void Write(ByteBuffer output, ReadOnlySpan<double> values)
    {
        if (!TryWriteWhole(output, values) && !TryWriteDictionary(output, values))
            WriteRaw(output, values);
    }

    internal static double[] Read(BoundedReader input, int rowCount) => input.Byte() switch
    {
        Raw => ReadRaw(input, rowCount),
        Whole => ReadWhole(input, rowCount),
        Dictionary => ReadDictionary(input, rowCount),
        byte other => throw new InvalidDataException($"The encoding {other} of numbers is not known."),
    };

    private static bool TryWriteWhole(ByteBuffer output, ReadOnlySpan<double> values)
    {
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (double.IsNaN(value))
                continue;
            if (value != Math.Floor(value) || Math.Abs(value) > LargestExactInteger || (value == 0 && double.IsNegative(value)))
                return false;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        long smallest = min <= max ? (long)min : 0;
        long span = min <= max ? (long)max - smallest : 0;
        if (span >= uint.MaxValue)
            return false;
        int width = ColumnEncoding.WidthFor(span + 1);
        output.Add(Whole);
        ColumnEncoding.WriteSigned(output, smallest);
        output.Add((byte)width);
        Span<byte> target = output.Reserve(checked(values.Length * width));
        for (int i = 0; i < values.Length; i++)
            ColumnEncoding.WriteCode(target[(i * width)..], width, double.IsNaN(values[i]) ? 0 : (uint)((long)values[i] - smallest + 1));
        return true;
    }

    private static bool TryWriteDictionary(ByteBuffer output, ReadOnlySpan<double> values)
    {
        var positions = new Dictionary<long, uint>();
        foreach (double value in values)
        {
            if (!double.IsNaN(value) && positions.TryAdd(BitConverter.DoubleToInt64Bits(value), 0) && positions.Count > ushort.MaxValue)
                return false;
        }

        long[] different = [.. positions.Keys.Order()];
        if (8L * different.Length + 2L * values.Length >= 8L * values.Length)
            return false;
        int width = ColumnEncoding.WidthFor(different.Length);
        output.Add(Dictionary);
        ColumnEncoding.WriteUnsigned(output, (ulong)different.Length);
        output.Add((byte)width);
        for (int i = 0; i < different.Length; i++)
        {
            positions[different[i]] = (uint)i + 1;
            BinaryPrimitives.WriteInt64LittleEndian(output.Reserve(8), different[i]);
        }

        Span<byte> target = output.Reserve(checked(values.Length * width));
        for (int i = 0; i < values.Length; i++)
            ColumnEncoding.WriteCode(target[(i * width)..], width, double.IsNaN(values[i]) ? 0 : positions[BitConverter.DoubleToInt64Bits(values[i])]);
        return true;
    }

    private static void WriteRaw(ByteBuffer output, ReadOnlySpan<double> values)
    {
        output.Add(Raw);
        Span<byte> target = output.Reserve(checked(values.Length * 8));
        for (int i = 0; i < values.Length; i++)
        {
            // One bit pattern for missing, whatever NaN it was.
            double value = double.IsNaN(values[i]) ? double.NaN : values[i];
            BinaryPrimitives.WriteDoubleLittleEndian(target[(i * 8)..], value);
        }
    }

    private static double[] ReadRaw(BoundedReader input, int rowCount)
    {
        byte[] bytes = input.Bytes(rowCount * 8L);
        double[] values = new double[rowCount];
        for (int i = 0; i < rowCount; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * 8));
        return values;
    }

    private static double[] ReadWhole(BoundedReader input, int rowCount)
    {
        long smallest = input.Signed();
        int width = ReadWidth(input);
        byte[] bytes = input.Bytes((long)rowCount * width);
        double[] values = new double[rowCount];
        for (int i = 0; i < rowCount; i++)
        {
            uint code = ColumnEncoding.ReadCode(bytes.AsSpan(i * width), width);
            values[i] = code == 0 ? double.NaN : unchecked(smallest + (code - 1));
        }

        return values;
    }

    private static double[] ReadDictionary(BoundedReader input, int rowCount)
    {
        int count = input.Count("values");
        int width = ReadWidth(input);
        byte[] dictionary = input.Bytes(count * 8L);
        byte[] bytes = input.Bytes((long)rowCount * width);
        double[] values = new double[rowCount];
        for (int i = 0; i < rowCount; i++)
        {
            uint code = ColumnEncoding.ReadCode(bytes.AsSpan(i * width), width);
            if (code > count)
                throw new InvalidDataException("A column file refers to a number that it does not hold.");
            values[i] = code == 0 ? double.NaN : BinaryPrimitives.ReadDoubleLittleEndian(dictionary.AsSpan((int)(code - 1) * 8));
        }

        return values;
    }

    private static int ReadWidth(BoundedReader input)
    {
        byte width = input.Byte();
        return width is 1 or 2 or 4 ? width : throw new InvalidDataException($"Codes of {width} bytes do not occur in a column file.");
    }
}
