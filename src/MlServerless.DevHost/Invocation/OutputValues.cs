using System.Text;
using System.Text.Json;

namespace MlServerless.DevHost.Invocation;

/// <summary>How the host turns the value of an output binding into what the binding writes.</summary>
internal static class OutputValues
{
    /// <summary>
    /// The messages of a queue output: one for a string or object, one per element of an array. A string that happens to be valid
    /// base64 is decoded to bytes unless the binding's data type is binary.
    /// </summary>
    public static IEnumerable<byte[]> Messages(JsonElement value, bool binary)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return [];
        if (value.ValueKind == JsonValueKind.Array)
            return value.EnumerateArray().Select(item => Encoding.UTF8.GetBytes(Text(item)));
        if (value.ValueKind == JsonValueKind.String && !binary && Base64(value.GetString()!) is { } bytes)
            return [bytes];
        return [Encoding.UTF8.GetBytes(Text(value))];
    }

    /// <summary>The orchestrations that a durableClient output starts: an object, a JSON string of one, or an array of either.</summary>
    /// <exception cref="InvalidOperationException">The value has another form.</exception>
    public static IReadOnlyList<StartRequest> Starts(JsonElement value, bool binary)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            if (!binary && Base64(text) is not null)
                throw new InvalidOperationException("The value of the durableClient output was decoded from base64 to bytes; send an object.");
            try
            {
                using var document = JsonDocument.Parse(text);
                return Starts(document.RootElement.Clone(), binary);
            }
            catch (JsonException e)
            {
                throw new InvalidOperationException($"The value of the durableClient output is not JSON: {e.Message}", e);
            }
        }

        return value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => [],
            JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(item => Starts(item, binary))],
            JsonValueKind.Object => [Start(value)],
            _ => throw new InvalidOperationException("The value of a durableClient output must be an object { FunctionName, InstanceId, Input }."),
        };
    }

    private static StartRequest Start(JsonElement value)
    {
        string? function = null, instance = null, input = null;
        foreach (var property in value.EnumerateObject())
        {
            if (Named(property, "FunctionName"))
                function = property.Value.GetString();
            else if (Named(property, "InstanceId") && property.Value.ValueKind == JsonValueKind.String)
                instance = property.Value.GetString();
            else if (Named(property, "Input") && property.Value.ValueKind != JsonValueKind.Null)
                input = NewtonsoftJson.Serialize(property.Value, datesAsTimes: true);
        }

        return string.IsNullOrEmpty(function)
            ? throw new InvalidOperationException("The value of a durableClient output needs FunctionName.")
            : new(function, string.IsNullOrEmpty(instance) ? null : instance, input);
    }

    private static bool Named(JsonProperty property, string name) => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase);

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : NewtonsoftJson.Serialize(value, datesAsTimes: true);

    private static byte[]? Base64(string text)
    {
        var bytes = new byte[(text.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
