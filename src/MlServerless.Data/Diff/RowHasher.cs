using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MlServerless.Data;

/// <summary>Hashes rows by the text of chosen columns, wherever these stand in a file.</summary>
internal sealed class RowHasher(IReadOnlyList<string> key, IReadOnlyList<string> columns)
{
    private readonly ColumnMap keyMap = new(key);
    private readonly ColumnMap columnMap = new(columns);
    private readonly ByteBuffer hashed = new(256);

    internal void Turn(DataFormat file)
    {
        keyMap.Turn(file);
        columnMap.Turn(file);
    }

    /// <summary>Without key columns the content is the key, and the second half of the digest stands for it again.</summary>
    internal RowHash Hash(TypedRowReader rows, int row)
    {
        (ulong content, ulong rest) = Digest(rows, row, columnMap.Positions);
        return key.Count == 0 ? new RowHash(content, rest) : new RowHash(Digest(rows, row, keyMap.Positions).First, content);
    }

    private (ulong First, ulong Second) Digest(TypedRowReader rows, int row, int[] positions)
    {
        hashed.CutBackTo(0);
        foreach (int position in positions)
        {
            ReadOnlySpan<byte> text = position < 0 ? [] : rows.Text(row, position);
            BinaryPrimitives.WriteInt32LittleEndian(hashed.Reserve(4), text.Length);
            hashed.Add(text);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(hashed.Written, digest);
        return (BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[8..]));
    }
}
