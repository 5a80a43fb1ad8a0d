using System.Text;
using System.Text.Json;

namespace MlServerless.Benchmarks.Serve;

/// <summary>Files with a request body on each line, made of the rows of a CSV.</summary>
internal sealed record RequestBodies(string Single, string OursBatch, string PeersBatch, byte[] First)
{
    private const int Rows = 5000;

    internal static RequestBodies Make(string csv, string folder)
    {
        string[] lines = [.. File.ReadLines(csv).Take(Rows + 1)];
        string[] names = lines[0].Split(',');
        string[] rows = [.. lines.Skip(1).Select(line => Row(names, line.Split(',')))];
        string[][] batches = [.. rows.Chunk(1000)];
        return new RequestBodies(
            Write("single", rows.Take(500)),
            Write("batch", batches.Select(batch => $"[{string.Join(',', batch)}]")),
            Write("peers", batches.Select(batch => $"{{\"rows\":[{string.Join(',', batch)}]}}")),
            Encoding.UTF8.GetBytes(rows[0]));

        string Write(string name, IEnumerable<string> bodies)
        {
            string file = Path.Combine(folder, $"{name}.jsonl");
            File.WriteAllLines(file, bodies);
            return file;
        }
    }

    /// <summary>A row as a JSON object, without its label.</summary>
    internal static string Row(string[] names, string[] fields)
    {
        var row = new StringBuilder("{");
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] == "label")
                continue;
            string value = fields[i].Length == 0 ? "null" : names[i].StartsWith("cat", StringComparison.Ordinal) ? JsonSerializer.Serialize(fields[i]) : fields[i];
            row.Append(row.Length > 1 ? "," : "").Append($"\"{names[i]}\":{value}");
        }

        return row.Append('}').ToString();
    }
}
