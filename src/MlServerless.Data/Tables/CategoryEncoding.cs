using System.Text;

namespace MlServerless.Data;

/// <summary>The values of a categorical column: the vocabulary, a width of 1, 2 or 4 bytes, and 0 for missing or 1 + the code.</summary>
internal static class CategoryEncoding
{
    internal static void Write(ByteBuffer output, CategoryColumn column)
    {
        int width = ColumnEncoding.WidthFor(column.Vocabulary.Count);
        ColumnEncoding.WriteUnsigned(output, (ulong)column.Vocabulary.Count);
        output.Add((byte)width);
        foreach (string value in column.Vocabulary)
            ColumnEncoding.WriteText(output, Encoding.UTF8.GetBytes(value));
        ReadOnlySpan<int> codes = column.Codes;
        Span<byte> target = output.Reserve(checked(codes.Length * width));
        for (int i = 0; i < codes.Length; i++)
            ColumnEncoding.WriteCode(target[(i * width)..], width, (uint)(codes[i] + 1));
    }

    internal static CategoryColumn Read(BoundedReader input, string name, ColumnType type, int rowCount)
    {
        int count = input.Count("categories");
        byte width = input.Byte();
        if (width is not (1 or 2 or 4))
            throw new InvalidDataException($"Codes of {width} bytes do not occur in a column file.");
        var vocabulary = new List<string>();
        for (int i = 0; i < count; i++)
            vocabulary.Add(input.Text());
        byte[] bytes = input.Bytes((long)rowCount * width);
        int[] codes = new int[rowCount];
        for (int i = 0; i < rowCount; i++)
        {
            uint code = ColumnEncoding.ReadCode(bytes.AsSpan(i * width), width);
            if (code > count)
                throw new InvalidDataException($"The column '{name}' of the column file refers to a category that it does not hold.");
            codes[i] = (int)code - 1;
        }

        return new CategoryColumn(name, type, codes, vocabulary);
    }
}
