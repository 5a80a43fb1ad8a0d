namespace MlServerless.Learning.Evaluations.Slicing;

/// <summary>A column cut into slices.</summary>
/// <param name="Slices">At most <see cref="Slicer.MostSlices"/> and two.</param>
/// <param name="OfRow">The position of its slice for every row of the table.</param>
internal sealed record ColumnSlices(string Column, IReadOnlyList<Slice> Slices, byte[] OfRow)
{
    /// <summary>The rows of every slice, in the order given.</summary>
    public int[][] Group(ReadOnlySpan<int> rows)
    {
        var counts = new int[Slices.Count];
        foreach (int row in rows)
            counts[OfRow[row]]++;
        int[][] groups = [.. counts.Select(count => new int[count])];
        Array.Clear(counts);
        foreach (int row in rows)
            groups[OfRow[row]][counts[OfRow[row]]++] = row;
        return groups;
    }
}
