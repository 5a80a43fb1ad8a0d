namespace MlServerless.Learning.Preprocessing;

/// <summary>Rows of a table seen as slots. Safe for several threads at once.</summary>
internal sealed class EncodedRows(Preprocessor preprocessor, ColumnReader?[] readers, int[]? rows, int count)
{
    public int Count { get; } = count;

    public Preprocessor Preprocessor { get; } = preprocessor;

    /// <summary>Some of these rows, in the given order.</summary>
    public EncodedRows Select(int[] positions) =>
        new(Preprocessor, readers, rows is null ? positions : [.. positions.Select(p => rows[p])], positions.Length);

    /// <summary>
    /// Reads rows with their sparse slots apart. Texts make thousands of those, so that a block is read in pieces that stay in the cache.
    /// </summary>
    /// <param name="dense">Takes the other slots: the d-th of row start+i at d × count + i.</param>
    public SparseRows ReadSparse(int start, int count, Span<double> dense)
    {
        const int PieceCells = 1 << 18;
        int slots = Preprocessor.Slots.Count;
        int[] kept = [.. Enumerable.Range(0, slots).Where(s => !Preprocessor.Slots[s].IsSparse)];
        int[] sparse = [.. Enumerable.Range(0, slots).Where(s => Preprocessor.Slots[s].IsSparse)];
        int pieceRows = Math.Clamp(PieceCells / Math.Max(1, slots), 1, count);
        double[] piece = new double[slots * pieceRows];
        List<SparseRows> pieces = [];
        for (int from = 0; from < count; from += pieceRows)
        {
            int rowsRead = Math.Min(pieceRows, count - from);
            Read(start + from, rowsRead, piece, rowsRead);
            for (int d = 0; d < kept.Length; d++)
                piece.AsSpan(kept[d] * rowsRead, rowsRead).CopyTo(dense[(d * count + from)..]);
            pieces.Add(SparseRows.Of(piece, rowsRead, sparse));
        }
        return SparseRows.Join(pieces);
    }

    /// <summary>Writes slot s of row start+i to slots[s × stride + i].</summary>
    public void Read(int start, int count, Span<double> slots, int stride)
    {
        for (int input = 0; input < readers.Length; input++)
        {
            Span<double> target = slots[(Preprocessor.FirstSlot(input) * stride)..];
            if (readers[input] is { } reader)
                reader.Read(rows, start, count, target, stride);
            else
                for (int i = 0; i < count; i++)
                    Preprocessor.Inputs[input].SetMissing(target[i..], stride);
        }
    }
}
