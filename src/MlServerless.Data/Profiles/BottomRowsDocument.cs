using System.Globalization;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>A <see cref="BottomRows"/> as JSON, row by row in the order of the hashes.</summary>
/// <param name="Hashes">As 16 hex digits.</param>
/// <param name="Counts">How often each occurs.</param>
/// <param name="First">The first row of each.</param>
/// <param name="Second">The second; 0 for none.</param>
/// <param name="Places">Where rows are placed, three rows for each.</param>
/// <param name="Registers">Those of the HyperLogLog in Base64, once not all rows are held.</param>
internal sealed record BottomRowsDocument(
    IReadOnlyList<string> Hashes, IReadOnlyList<long> Counts, IReadOnlyList<long> First, IReadOnlyList<long> Second, IReadOnlyList<long>? Places = null, string? Registers = null)
{
    internal static BottomRowsDocument Of(BottomRows sample)
    {
        IReadOnlyList<SampledRow> rows = sample.ToList();
        long[] places = [.. rows.SelectMany(row => row.Places)];
        return new BottomRowsDocument(
            [.. rows.Select(row => row.Hash.ToString("x16", CultureInfo.InvariantCulture))],
            [.. rows.Select(row => row.Count)],
            [.. rows.Select(row => row.First)],
            [.. rows.Select(row => row.Second)],
            places.Length == 0 ? null : places,
            sample.Summary is null ? null : Convert.ToBase64String(sample.Summary.Registers));
    }

    /// <exception cref="JsonException">It was not written by <see cref="Of"/>.</exception>
    internal void RestoreTo(BottomRows sample, IReadOnlyList<SampledColumnDocument> columns)
    {
        int count = Hashes.Count;
        if (Counts.Count != count || First.Count != count || Second.Count != count || (Places is not null && Places.Count != SampledRow.Parts * count))
            throw new JsonException("The lists of a sample of rows have different lengths.");
        string[] names = [.. columns.Select(column => column.Name)];
        var cells = new SampledCells[count];
        for (int i = 0; i < count; i++)
        {
            cells[i] = new SampledCells();
            cells[i].Restart(names);
        }

        for (int i = 0; i < columns.Count; i++)
            columns[i].AddTo(cells, i);
        sample.Restore(Enumerable.Range(0, count).Select(i => Row(i, cells[i])), ColumnScan.ReadRegisters(Registers));
    }

    private SampledRow Row(int i, SampledCells cells) =>
        ulong.TryParse(Hashes[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hash)
            ? new SampledRow(hash)
            {
                Count = Counts[i],
                First = First[i],
                Second = Second[i],
                Places = Places is null ? [] : [.. Places.Skip(SampledRow.Parts * i).Take(SampledRow.Parts)],
                Cells = cells,
            }
            : throw new JsonException($"'{Hashes[i]}' is not the hash of a row.");
}
