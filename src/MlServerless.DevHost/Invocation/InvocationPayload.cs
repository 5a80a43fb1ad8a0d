using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MlServerless.DevHost.Invocation;

/// <summary>
/// The body that the host posts to the app: <c>{"Data":{…},"Metadata":{…}}</c>. Values that are no objects are JSON-encoded once
/// more inside a JSON string.
/// </summary>
internal sealed class InvocationPayload
{
    // Values are JSON texts; order is kept, names of metadata ignore case as the host's binding data does.
    private readonly List<(string Name, string Json)> _data = [];
    private readonly List<(string Name, string Json)> _metadata = [];

    /// <summary>A string, encoded once more.</summary>
    public static string Encoded(string value) => NewtonsoftJson.Quote(NewtonsoftJson.Quote(value));

    /// <summary>A time, which is the one kind of value that is not encoded twice.</summary>
    public static string Time(DateTimeOffset value) =>
        NewtonsoftJson.Quote(value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture));

    public InvocationPayload Data(string name, string json)
    {
        _data.Add((name, json));
        return this;
    }

    /// <summary>Adds or, when the name is there, replaces.</summary>
    public InvocationPayload Metadata(string name, string json)
    {
        var at = _metadata.FindIndex(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));
        if (at >= 0)
            _metadata[at] = (_metadata[at].Name, json);
        else
            _metadata.Add((name, json));
        return this;
    }

    /// <summary>The entry that every invocation has.</summary>
    public InvocationPayload System(string function, DateTimeOffset now) => Metadata("sys", string.Concat(
        "{\"MethodName\":", NewtonsoftJson.Quote(function),
        ",\"UtcNow\":\"", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        "\",\"RandGuid\":\"", Guid.NewGuid().ToString(), "\"}"));

    /// <summary>Adds the top-level values of a JSON object, which override what stands there; arrays and nulls are left out.</summary>
    public InvocationPayload TopLevelOf(string? json)
    {
        if (json is null || !json.AsSpan().TrimStart().StartsWith("{"))
            return this;
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind == JsonValueKind.Object)
                    Metadata(property.Name, NewtonsoftJson.Serialize(property.Value, datesAsTimes: true));
                else if (NewtonsoftJson.BindingText(property.Value) is { } text)
                    Metadata(property.Name, Encoded(text));
            }
        }
        catch (JsonException)
        {
            // A text that only looks like an object has no binding data.
        }

        return this;
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder("{\"Data\":");
        Append(text, _data);
        text.Append(",\"Metadata\":");
        Append(text, _metadata);
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    private static void Append(StringBuilder text, List<(string Name, string Json)> values)
    {
        text.Append('{');
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            NewtonsoftJson.AppendQuoted(text, values[i].Name);
            text.Append(':').Append(values[i].Json);
        }

        text.Append('}');
    }
}
