using System.Runtime.CompilerServices;
using MlServerless.Data;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Rows as one byte per cell, column after column.</summary>
internal sealed unsafe class BinnedRows
{
    private readonly byte[] cells;

    /// <param name="features">How each column is cut.</param>
    /// <exception cref="TrainingException">There are more cells than one array holds.</exception>
    public BinnedRows(FeatureBins[] features, int rowCount)
    {
        long length = (long)features.Length * rowCount;
        if (length > Array.MaxLength)
            throw new TrainingException("too-large",
                $"{rowCount} rows of {features.Length} features make {length} cells; at most {Array.MaxLength} fit. Train on fewer rows or exclude features.");
        Features = features;
        RowCount = rowCount;
        cells = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
    }

    public FeatureBins[] Features { get; }

    public int RowCount { get; }

    /// <summary>All cells, feature f of row r at f × RowCount + r; they stay in place while this object is reachable.</summary>
    public byte* Pointer => (byte*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(cells));

    public ReadOnlySpan<byte> Cells => cells;

    /// <summary>The bins of one feature.</summary>
    public byte* Column(int feature) => Pointer + (long)feature * RowCount;

    public Span<byte> Column(int feature, int start, int count) =>
        cells.AsSpan((int)((long)feature * RowCount) + start, count);
}
