namespace MlServerless.Data;

/// <summary>All that is held of a row: 64 bits of its key and 64 of its content, which come from SHA-256, so that nobody makes rows collide.</summary>
internal readonly record struct RowHash(ulong Key, ulong Content) : IComparable<RowHash>
{
    internal const int Bytes = 16;

    public int CompareTo(RowHash other) => Key != other.Key ? Key.CompareTo(other.Key) : Content.CompareTo(other.Content);
}
