using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MlServerless.Data;

/// <summary>Keys of rows, to be looked up by the bytes of their values.</summary>
internal sealed class RowKeys
{
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> keys;
    private readonly ByteBuffer wanted = new(256);

    internal RowKeys(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> keys)
    {
        if (columns.Count == 0)
            throw new ArgumentException("A key has at least one column.", nameof(columns));
        var set = new HashSet<byte[]>(ByteComparer.Instance);
        this.keys = set.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (IReadOnlyList<string> key in keys)
        {
            if (key.Count != columns.Count)
                throw new ArgumentException($"A key has {columns.Count} values, one for each of {string.Join(", ", columns)}; this one has {key.Count}.", nameof(keys));
            Restart();
            foreach (string value in key)
                Add(Encoding.UTF8.GetBytes(value));
            set.Add(wanted.ToArray());
        }
    }

    internal void Restart() => wanted.CutBackTo(0);

    /// <summary>Adds the value of the next column; each with its length, so that no two keys run into the same bytes.</summary>
    internal void Add(ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(wanted.Reserve(4), value.Length);
        wanted.Add(value);
    }

    internal bool Contains() => keys.Contains(wanted.Written);

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        internal static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)StableHash.Of(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
