using System.Text;

namespace MlServerless.Data;

/// <summary>Reads the text of those rows of a version whose hashes are wanted, in a second pass that ends with the last of them.</summary>
internal sealed class ExampleRows
{
    private const int LongestValue = 120;

    private readonly Dictionary<RowHash, Queue<(long Number, string[] Texts)>> found = [];
    private readonly Dictionary<RowHash, int> wanted = [];

    internal ExampleRows(VersionRows version, RowHasher hasher, IReadOnlyList<string> columns, IEnumerable<RowHash> hashes, CancellationToken cancellationToken)
    {
        int missing = 0;
        foreach (RowHash hash in hashes)
        {
            wanted[hash] = wanted.GetValueOrDefault(hash) + 1;
            missing++;
        }

        if (missing == 0)
            return;
        var map = new ColumnMap(columns);
        version.Read(hasher, Take, map.Turn, cancellationToken);

        bool Take(TypedRowReader rows, int row, long number, RowHash hash)
        {
            if (!wanted.TryGetValue(hash, out int count))
                return true;
            if (!found.TryGetValue(hash, out Queue<(long, string[])>? same))
                found[hash] = same = new();
            if (same.Count == count)
                return true;
            same.Enqueue((number, [.. map.Positions.Select(position => position < 0 ? "" : Encoding.UTF8.GetString(rows.Text(row, position)))]));
            return --missing > 0;
        }
    }

    /// <summary>The next row of that hash: its number, and its texts in the order of the columns.</summary>
    internal (long Number, string[] Texts) Next(RowHash hash) => found[hash].Dequeue();

    internal static string Short(string text)
    {
        if (text.Length <= LongestValue)
            return text;
        return text[..(char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue)] + "…";
    }
}
