using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MlServerless.Data.Tests.Ndjson;

/// <summary>The rules of NDJSON, on the framework's JSON reader: slow and plain, to compare with.</summary>
internal static class ReferenceNdjson
{
    /// <summary>The members of every row by their path; null for a row that is kept out.</summary>
    internal static List<Dictionary<string, string>?> Read(byte[] bytes)
    {
        ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes;
        var rows = new List<Dictionary<string, string>?>();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (line.IndexOfAnyExcept(" \t\r"u8) >= 0)
                rows.Add(ReadRow(line.ToArray()));
        }

        return rows;
    }

    private static Dictionary<string, string>? ReadRow(byte[] line)
    {
        if (!Utf8.IsValid(line))
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            var members = new Dictionary<string, string>();
            return document.RootElement.ValueKind == JsonValueKind.Object && TryAdd(document.RootElement, "", members) ? members : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryAdd(JsonElement element, string path, Dictionary<string, string> members)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string? name = Text(() => member.Name);
            if (string.IsNullOrEmpty(name) || Encoding.UTF8.GetByteCount(path + name) > NdjsonFormat.MaxNameBytes || name.Contains('\0'))
                return false;
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                if (!TryAdd(member.Value, path + name + ".", members))
                    return false;
                continue;
            }

            string? value = member.Value.ValueKind switch
            {
                JsonValueKind.String => Text(() => member.Value.GetString()!),
                JsonValueKind.Null => "",
                _ => member.Value.GetRawText(),
            };
            if (value is null || (member.Value.ValueKind == JsonValueKind.String && value.Contains('\0')) || !members.TryAdd(path + name, value))
                return false;
        }

        return true;
    }

    /// <summary>Null where half of a surrogate pair stands alone.</summary>
    private static string? Text(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
