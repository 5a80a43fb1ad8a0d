using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.DevHost.Configuration;

/// <summary>
/// A JSON file of the app together with the line of each of its values, so that a problem can be shown where it stands.
/// Comments and trailing commas are allowed, as the Functions host allows them.
/// </summary>
internal sealed class JsonFile
{
    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    // The host reads these files through .NET configuration, which ignores case.
    private static readonly JsonNodeOptions IgnoreCase = new() { PropertyNameCaseInsensitive = true };

    /// <summary>A path writes a property that holds one of these in brackets.</summary>
    private static readonly SearchValues<char> Bracketed = SearchValues.Create(" .'[]()\t\n\r\f\b\\");

    private readonly Dictionary<string, int> _lines;

    private JsonFile(string name, JsonObject root, Dictionary<string, int> lines)
    {
        Name = name;
        Root = root;
        _lines = lines;
    }

    public string Name { get; }

    public JsonObject Root { get; }

    /// <summary>Reads <paramref name="path"/>; on failure adds a problem and returns null.</summary>
    public static JsonFile? Read(string path, string name, List<ConfigurationProblem> problems)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (IOException e)
        {
            problems.Add(new(name, null, $"cannot be read: {e.Message}"));
            return null;
        }

        return Parse(bytes, name, problems);
    }

    /// <summary>Parses <paramref name="bytes"/>; on failure adds a problem with its line and returns null.</summary>
    public static JsonFile? Parse(byte[] bytes, string name, List<ConfigurationProblem> problems)
    {
        ReadOnlySpan<byte> preamble = Encoding.UTF8.Preamble;
        var text = bytes.AsSpan().StartsWith(preamble) ? bytes.AsMemory(preamble.Length) : bytes.AsMemory();
        try
        {
            if (JsonNode.Parse(text.Span, IgnoreCase, Lenient) is not JsonObject root)
            {
                problems.Add(new(name, 1, "must hold one JSON object { … }."));
                return null;
            }

            return new JsonFile(name, root, Locate(text.Span));
        }
        catch (JsonException e)
        {
            problems.Add(new(name, (int)(e.LineNumber ?? 0) + 1, $"is not valid JSON: {e.Message}"));
            return null;
        }
        catch (ArgumentException e)
        {
            // JsonObject refuses a property that stands twice only when it is first looked at.
            problems.Add(new(name, null, $"is not valid JSON: {e.Message}"));
            return null;
        }
    }

    /// <summary>The line of the value at <paramref name="path"/> (as <see cref="JsonNode.GetPath"/> writes it), or null.</summary>
    public int? LineOf(string path) => _lines.TryGetValue(path, out var line) ? line : null;

    public ConfigurationProblem Problem(JsonNode? at, string message) => new(Name, at is null ? null : LineOf(at.GetPath()), message);

    private static Dictionary<string, int> Locate(ReadOnlySpan<byte> text)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(
            text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var stack = new Stack<(string Path, int Index)>();
        var (path, line, counted) = ("$", 1, 0);
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            line += text[counted..start].Count((byte)'\n');
            counted = start;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    path = Property(stack.Peek().Path, reader.GetString()!);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    stack.Pop();
                    continue;
            }

            if (stack.Count > 0 && stack.Peek() is { Index: >= 0 } array)
            {
                stack.Pop();
                stack.Push((array.Path, array.Index + 1));
                path = $"{array.Path}[{array.Index}]";
            }

            lines[path] = line;
            if (reader.TokenType == JsonTokenType.StartObject)
                stack.Push((path, -1));
            else if (reader.TokenType == JsonTokenType.StartArray)
                stack.Push((path, 0));
        }

        return lines;
    }

    private static string Property(string parent, string name) =>
        name.AsSpan().ContainsAny(Bracketed) || name.Length == 0 ? $"{parent}['{name}']" : $"{parent}.{name}";
}
