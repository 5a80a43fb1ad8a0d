using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;

namespace MlServerless.Learning.Parameters;

/// <summary>Settings as JSON.</summary>
internal static class ParameterJson
{
    public static JsonElement Number(double value) => Element(writer => DoubleJsonConverter.Write(writer, value + 0.0));

    public static JsonElement Text(string value) => Element(writer => writer.WriteStringValue(value));

    // By way of the text, because a node made in memory converts to no other type than its own.
    public static bool TryNumber(JsonNode? node, out double value)
    {
        value = 0;
        return node is JsonValue && node.GetValueKind() == JsonValueKind.Number
            && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryText(JsonNode? node, out string value)
    {
        bool isText = node is JsonValue && node.GetValueKind() == JsonValueKind.String;
        value = isText ? node!.GetValue<string>() : "";
        return isText;
    }

    /// <summary>Reads an object with at least one member.</summary>
    /// <param name="read">A member's value, or null where it is not allowed.</param>
    public static bool TryMap(JsonNode? node, Func<JsonNode?, JsonElement?> read, out JsonElement value)
    {
        value = default;
        if (node is not JsonObject { Count: > 0 } members)
            return false;
        var map = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? member) in members)
        {
            if (read(member) is not { } element)
                return false;
            map.Add(name, element);
        }
        value = Element(writer =>
        {
            writer.WriteStartObject();
            foreach ((string name, JsonElement member) in map)
            {
                writer.WritePropertyName(name);
                member.WriteTo(writer);
            }
            writer.WriteEndObject();
        });
        return true;
    }

    private static JsonElement Element(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            write(writer);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }
}
