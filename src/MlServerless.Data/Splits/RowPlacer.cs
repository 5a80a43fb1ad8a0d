using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MlServerless.Data;

/// <summary>Tells the part to which a row belongs: 0 training, 1 validation, 2 hold-out.</summary>
internal sealed class RowPlacer
{
    internal const int Parts = 3;

    private readonly SplitRule rule;
    private readonly int[] keyColumns;
    private readonly ByteBuffer hashed = new(256);
    private readonly int saltLength;

    /// <exception cref="ArgumentException">The rule contradicts itself or names a key that the file lacks.</exception>
    internal RowPlacer(SplitRule rule, CsvFormat format)
    {
        if (!(rule.Validation >= 0 && rule.HoldOut >= 0 && rule.Validation + rule.HoldOut <= 1))
            throw new ArgumentException("The fractions of validation and hold-out must not be negative and not exceed 1 together.", nameof(rule));
        this.rule = rule;
        keyColumns = rule.Key.Count == 0
            ? [.. Enumerable.Range(0, format.Columns.Count)]
            : [.. rule.Key.Select(name => Find(name, format))];
        Add(Encoding.UTF8.GetBytes(rule.Salt));
        saltLength = hashed.Length;
    }

    internal int Place(TypedRowReader rows, int row)
    {
        hashed.CutBackTo(saltLength);
        foreach (int column in keyColumns)
            Add(rows.Text(row, column));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(hashed.Written, digest);
        double position = (BinaryPrimitives.ReadUInt64BigEndian(digest) >> 11) * (1.0 / (1L << 53));
        return position < rule.HoldOut ? 2 : position < rule.HoldOut + rule.Validation ? 1 : 0;
    }

    private static int Find(string name, CsvFormat format)
    {
        for (int i = 0; i < format.Columns.Count; i++)
        {
            if (format.Columns[i] == name)
                return i;
        }

        throw new ArgumentException($"The file has no column '{name}', by which rows are to be split.", nameof(name));
    }

    private void Add(ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(hashed.Reserve(4), value.Length);
        hashed.Add(value);
    }
}
