using System.Text;
using System.Text.Json;

namespace MlServerless.Data.Tests;

/// <summary>Writes rows as files.</summary>
internal static class Writers
{
    /// <summary>Every field in quotes, so that no row is a blank line.</summary>
    internal static byte[] Csv(string[] header, IEnumerable<string[]> rows) =>
        Encoding.UTF8.GetBytes(string.Concat(rows.Prepend(header).Select(row => string.Join(",", row.Select(cell => $"\"{cell.Replace("\"", "\"\"")}\"")) + "\r\n")));

    internal static byte[] Ndjson(string[] names, IEnumerable<string[]> rows) =>
        Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => JsonSerializer.Serialize(names.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second)) + "\n")));
}
