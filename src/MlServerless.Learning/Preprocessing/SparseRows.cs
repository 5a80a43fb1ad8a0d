namespace MlServerless.Learning.Preprocessing;

/// <summary>The values of sparse slots that are not zero, row after row, within a row by slot.</summary>
/// <param name="Starts">Where each row begins, and where the last one ends.</param>
/// <param name="Slots">The slot of each value.</param>
internal sealed record SparseRows(int[] Starts, int[] Slots, double[] Values)
{
    /// <summary>Collects what is not zero among slots that are stored one after the other.</summary>
    /// <param name="slots">Slot s of row i at s × count + i.</param>
    /// <param name="sparse">The sparse slots, ascending.</param>
    public static SparseRows Of(ReadOnlySpan<double> slots, int count, int[] sparse)
    {
        int[] starts = new int[count + 1];
        foreach (int slot in sparse)
        {
            ReadOnlySpan<double> column = slots.Slice(slot * count, count);
            for (int i = column.IndexOfAnyExcept(0.0); i >= 0 && i < count; i++)
                starts[i + 1] += column[i] != 0 ? 1 : 0;
        }
        for (int i = 0; i < count; i++)
            starts[i + 1] += starts[i];
        int[] next = starts[..count];
        int[] found = new int[starts[count]];
        double[] values = new double[starts[count]];
        foreach (int slot in sparse)
        {
            ReadOnlySpan<double> column = slots.Slice(slot * count, count);
            for (int i = column.IndexOfAnyExcept(0.0); i >= 0 && i < count; i++)
            {
                if (column[i] == 0)
                    continue;
                found[next[i]] = slot;
                values[next[i]++] = column[i];
            }
        }
        return new SparseRows(starts, found, values);
    }

    /// <summary>The rows of several pieces, one after the other.</summary>
    public static SparseRows Join(IReadOnlyList<SparseRows> pieces)
    {
        List<int> starts = [0];
        foreach (SparseRows piece in pieces)
        {
            int offset = starts[^1];
            starts.AddRange(piece.Starts.Skip(1).Select(start => offset + start));
        }
        return new SparseRows([.. starts], [.. pieces.SelectMany(piece => piece.Slots)], [.. pieces.SelectMany(piece => piece.Values)]);
    }
}
