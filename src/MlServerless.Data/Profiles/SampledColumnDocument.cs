using System.Text;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>The values of one column in a sample of rows, as JSON.</summary>
/// <param name="Name">The column.</param>
/// <param name="Rows">Which of the rows have a value, in ascending order.</param>
/// <param name="Values">The values of those.</param>
internal sealed record SampledColumnDocument(string Name, IReadOnlyList<int> Rows, IReadOnlyList<string> Values)
{
    internal static IReadOnlyList<SampledColumnDocument> Of(IReadOnlyList<SampledRow> rows)
    {
        var columns = new Dictionary<string, (List<int> Rows, List<string> Values)>(StringComparer.Ordinal);
        for (int i = 0; i < rows.Count; i++)
        {
            int position = 0;
            while (rows[i].Cells.TryNext(ref position, out string name, out ReadOnlySpan<byte> utf8))
            {
                if (!columns.TryGetValue(name, out (List<int> Rows, List<string> Values) column))
                    columns.Add(name, column = ([], []));
                column.Rows.Add(i);
                column.Values.Add(Encoding.UTF8.GetString(utf8));
            }
        }

        return [.. columns.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => new SampledColumnDocument(column.Key, column.Value.Rows, column.Value.Values))];
    }

    /// <param name="cells">By row.</param>
    /// <param name="column">The position of the column.</param>
    /// <exception cref="JsonException">It was not written by <see cref="Of"/>.</exception>
    internal void AddTo(SampledCells[] cells, int column)
    {
        if (Rows.Count != Values.Count || Rows.Any(row => row < 0 || row >= cells.Length))
            throw new JsonException($"The sampled values of '{Name}' belong to no rows.");
        for (int i = 0; i < Rows.Count; i++)
        {
            byte[] value = JsonText.ToUtf8(Values[i] ?? "");
            if (value.Length is 0 or > ushort.MaxValue)
                throw new JsonException($"A sampled value of '{Name}' is empty or too long.");
            cells[Rows[i]].Add(column, value);
        }
    }
}
