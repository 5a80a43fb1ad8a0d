namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Rows as one byte per cell, twice: column after column, for what asks for one feature of many rows, and in groups of features
/// with a row's bytes side by side, so that summing all features of a row of a small leaf costs one cache line.
/// </summary>
internal sealed unsafe class BinnedRows : IDisposable
{
    /// <summary>Features of a group at most.</summary>
    public const int GroupWidth = 32;

    private const int WordBytes = sizeof(ulong);
    private const int TileRows = 1024;
    private readonly int[] groupOf;
    private readonly CellMemory columns;
    private readonly CellMemory groups;

    /// <param name="features">How each column is cut.</param>
    /// <param name="folder">Where the cells are in temporary files that are mapped into memory; null to keep them in it.</param>
    public BinnedRows(FeatureBins[] features, int rowCount, string? folder = null)
    {
        Features = features;
        RowCount = rowCount;
        GroupCount = (features.Length + GroupWidth - 1) / GroupWidth;
        groupOf = new int[features.Length];
        GroupStart = new int[GroupCount + 1];
        for (int group = 0; group < GroupCount; group++)
        {
            int size = features.Length / GroupCount + (group < features.Length % GroupCount ? 1 : 0);
            GroupStart[group + 1] = GroupStart[group] + size;
            Array.Fill(groupOf, group, GroupStart[group], size);
        }
        columns = new CellMemory((long)rowCount * features.Length, folder);
        groups = new CellMemory(GroupBytes, folder);
    }

    public FeatureBins[] Features { get; }

    public int RowCount { get; }

    public int GroupCount { get; }

    /// <summary>First feature of every group, and the number of features at the end.</summary>
    public int[] GroupStart { get; }

    /// <summary>Bytes that so many rows take at most.</summary>
    public static long BytesFor(long rows, int features) => rows * (2L * features + WordBytes * ((features + GroupWidth - 1) / GroupWidth));

    /// <summary>Which group a feature is in.</summary>
    public int GroupOf(int feature) => groupOf[feature];

    /// <summary>Bytes from one row of a group to the next: whole words.</summary>
    public int Stride(int group) => (GroupStart[group + 1] - GroupStart[group] + WordBytes - 1) / WordBytes * WordBytes;

    /// <summary>The cells of a group, feature GroupStart + j of row r at r × Stride + j. They stay in place while this object is in use.</summary>
    public byte* Group(int group)
    {
        byte* start = groups.Pointer;
        for (int before = 0; before < group; before++)
            start += (long)RowCount * Stride(before);
        return start;
    }

    /// <summary>The cells of a feature, row after row. They stay in place while this object is in use.</summary>
    public byte* Column(int feature) => columns.Pointer + (long)feature * RowCount;

    /// <summary>Bins of a feature, to be read or written.</summary>
    public Span<byte> Column(int feature, int start, int count) => new(Column(feature) + start, count);

    /// <summary>Copies rows from … to−1 from the columns to the groups.</summary>
    public void FillGroups(int from, int to)
    {
        for (int group = 0; group < GroupCount; group++)
        {
            int stride = Stride(group);
            byte* target = Group(group);
            for (int tile = from; tile < to; tile += TileRows)
            {
                int end = Math.Min(to, tile + TileRows);
                for (int feature = GroupStart[group]; feature < GroupStart[group + 1]; feature++)
                {
                    byte* source = Column(feature);
                    byte* lane = target + feature - GroupStart[group];
                    for (long row = tile; row < end; row++)
                        lane[row * stride] = source[row];
                }
            }
        }
    }

    /// <summary>Whether a feature falls into at least two bins: one that does not cannot be split.</summary>
    public bool Varies(int feature)
    {
        byte* column = Column(feature);
        for (long row = 1; row < RowCount; row++)
            if (column[row] != column[0])
                return true;
        return false;
    }

    public void Dispose()
    {
        columns.Dispose();
        groups.Dispose();
    }

    private long GroupBytes
    {
        get
        {
            long bytes = 0;
            for (int group = 0; group < GroupCount; group++)
                bytes += (long)RowCount * Stride(group);
            return bytes;
        }
    }
}
