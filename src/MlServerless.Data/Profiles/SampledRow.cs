namespace MlServerless.Data;

/// <summary>Rows of one content.</summary>
/// <param name="hash">That of the content.</param>
internal sealed class SampledRow(ulong hash)
{
    internal const int Parts = RowPlacer.Parts;

    internal ulong Hash { get; set; } = hash;

    internal long Count { get; set; }

    /// <summary>The number of the first such row.</summary>
    internal long First { get; set; }

    /// <summary>The number of the second such row; 0 for none.</summary>
    internal long Second { get; set; }

    /// <summary>The first such row in each part of the split; 0 for none. Empty where rows are not placed.</summary>
    internal long[] Places { get; init; } = [];

    /// <summary>The values; none where they are too long to be kept.</summary>
    internal SampledCells Cells { get; set; } = new();

    /// <summary>Adds rows of the same content that come later.</summary>
    internal void Append(SampledRow later, long offset)
    {
        Second = Second != 0 ? Second : later.First + offset;
        Count += later.Count;
        for (int i = 0; i < Places.Length; i++)
        {
            if (Places[i] == 0 && later.Places[i] != 0)
                Places[i] = later.Places[i] + offset;
        }
    }

    /// <summary>The same rows in a whole in which so many come before; shares the values.</summary>
    internal SampledRow Moved(long offset) => new(Hash)
    {
        Count = Count,
        First = First + offset,
        Second = Second == 0 ? 0 : Second + offset,
        Places = [.. Places.Select(row => row == 0 ? 0 : row + offset)],
        Cells = Cells,
    };
}
