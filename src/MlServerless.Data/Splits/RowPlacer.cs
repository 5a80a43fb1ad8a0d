using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MlServerless.Data;

/// <summary>Tells the part to which a row belongs: 0 training, 1 validation, 2 hold-out.</summary>
internal sealed class RowPlacer
{
    internal const int Parts = 3;

    private readonly SplitRule rule;
    private readonly ColumnMap key;
    private readonly ByteBuffer hashed = new(256);
    private readonly int saltLength;

    /// <param name="rule">Which part a row belongs to.</param>
    /// <param name="columns">The columns of all files; without a key, rows are placed by all of them.</param>
    /// <exception cref="ArgumentException">The rule contradicts itself or names a key that no file has.</exception>
    internal RowPlacer(SplitRule rule, IReadOnlyList<string> columns)
    {
        if (!(rule.Validation >= 0 && rule.HoldOut >= 0 && rule.Validation + rule.HoldOut <= 1))
            throw new ArgumentException("The fractions of validation and hold-out must not be negative and not exceed 1 together.", nameof(rule));
        this.rule = rule;
        if (rule.Key.FirstOrDefault(name => !columns.Contains(name, StringComparer.Ordinal)) is { } absent)
            throw new ArgumentException($"There is no column '{absent}', by which rows are to be split.", nameof(rule));
        key = new ColumnMap(rule.Key.Count == 0 ? columns : rule.Key);
        Add(Encoding.UTF8.GetBytes(rule.Salt));
        saltLength = hashed.Length;
    }

    /// <summary>Goes on with rows of that file.</summary>
    internal void Turn(DataFormat file) => key.Turn(file);

    /// <inheritdoc cref="Turn(DataFormat)"/>
    internal void Turn(IReadOnlyList<string> file) => key.Turn(file);

    internal int Place(TypedRowReader rows, int row)
    {
        if (rule.HoldOut + rule.Validation == 0)
            return 0;
        hashed.CutBackTo(saltLength);
        foreach (int column in key.Positions)
            Add(column < 0 ? [] : rows.Text(row, column));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(hashed.Written, digest);
        double position = (BinaryPrimitives.ReadUInt64BigEndian(digest) >> 11) * (1.0 / (1L << 53));
        return position < rule.HoldOut ? 2 : position < rule.HoldOut + rule.Validation ? 1 : 0;
    }

    private void Add(ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(hashed.Reserve(4), value.Length);
        hashed.Add(value);
    }
}
