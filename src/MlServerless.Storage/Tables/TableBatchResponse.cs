using System.Globalization;
using System.Text;
using Azure;

namespace MlServerless.Storage.Tables;

/// <summary>Reads the multipart answer to a transaction: one HTTP response for each change, or a single one for the change that failed.</summary>
internal static class TableBatchResponse
{
    /// <exception cref="RequestFailedException">The answer is not such a message.</exception>
    public static IReadOnlyList<Response> Read(Response response)
    {
        using var reader = new StreamReader(response.ContentStream!, Encoding.UTF8);
        string[] lines = reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        var parts = new List<Response>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            {
                parts.Add(ReadPart(lines, ref i));
            }
        }

        return parts.Count > 0
            ? parts
            : throw new RequestFailedException(response.Status, "The Table service's answer to a transaction holds no response.");
    }

    /// <summary>The index before the first colon of e.g. <c>2:The specified entity already exists.</c></summary>
    public static int? FailedIndex(string message)
    {
        int colon = message.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && int.TryParse(message.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
    }

    // From the status line to the next boundary; leaves the index on its last line.
    private static TableBatchPart ReadPart(string[] lines, ref int i)
    {
        string[] status = lines[i].Split(' ', 3);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (i++; i < lines.Length && lines[i].Length > 0; i++)
        {
            if (lines[i].Split(':', 2) is [string name, string value])
            {
                headers[name.Trim()] = value.Trim();
            }
        }

        var body = new StringBuilder();
        for (i++; i < lines.Length && !lines[i].StartsWith("--", StringComparison.Ordinal); i++)
        {
            body.Append(lines[i]).Append('\n');
        }

        i--;
        return new TableBatchPart(int.Parse(status[1], CultureInfo.InvariantCulture), status.ElementAtOrDefault(2) ?? "", headers, body.ToString().Trim());
    }
}
