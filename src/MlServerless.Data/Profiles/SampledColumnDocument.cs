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
        var columns = new SortedDictionary<string, (List<int> Rows, List<string> Values)>(StringComparer.Ordinal);
        for (int i = 0; i < rows.Count; i++)
        {
            foreach ((string name, string value) in rows[i].Cells)
            {
                if (!columns.TryGetValue(name, out (List<int> Rows, List<string> Values) column))
                    columns.Add(name, column = ([], []));
                column.Rows.Add(i);
                column.Values.Add(value);
            }
        }

        return [.. columns.Select(column => new SampledColumnDocument(column.Key, column.Value.Rows, column.Value.Values))];
    }

    /// <exception cref="JsonException">It was not written by <see cref="Of"/>.</exception>
    internal void AddTo(List<KeyValuePair<string, string>>?[] cells)
    {
        if (Rows.Count != Values.Count || Rows.Any(row => row < 0 || row >= cells.Length))
            throw new JsonException($"The sampled values of '{Name}' belong to no rows.");
        for (int i = 0; i < Rows.Count; i++)
            (cells[Rows[i]] ??= []).Add(new(Name, Values[i]));
    }
}
