using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// Reads a call of the Functions host: <c>{"Data":{binding:value,…},"Metadata":{…}}</c>, where the value of every string is JSON
/// once more.
/// </summary>
internal static class InvocationBody
{
    private static readonly SearchValues<byte> NeedsReading = SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    /// <summary>The value of a binding, freed from the host's wrapping: the text of a queue message, the JSON of an activity's input, the base64 of an orchestration.</summary>
    /// <exception cref="JsonException">The body is not such a call, or has no such binding.</exception>
    public static Memory<byte> Value(ReadOnlySpan<byte> body, string binding)
    {
        var token = Find(body, "Data"u8, binding);
        return token.Length > 0
            ? Unwrap(token)
            : throw new JsonException($"The call has no value for the binding '{binding}' in its Data; function.json and the app do not belong together.");
    }

    /// <summary>A text or number of the call's metadata, null when it is not there. Top-level members of a payload may have overridden it.</summary>
    public static string? Metadata(ReadOnlySpan<byte> body, string name)
    {
        var token = Find(body, "Metadata"u8, name);
        return token.Length > 0 ? Encoding.UTF8.GetString(Unwrap(token).Span) : null;
    }

    public static int DequeueCount(ReadOnlySpan<byte> body)
        => int.TryParse(Metadata(body, "DequeueCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    /// <summary>Frees a JSON string from its quotes, and from those of the string inside it; any other JSON is kept.</summary>
    private static Memory<byte> Unwrap(ReadOnlySpan<byte> token)
    {
        if (token[0] != (byte)'"')
        {
            return token.ToArray();
        }

        var outer = Unescape(token);
        if (outer.Span is not [(byte)'"', .., (byte)'"'])
        {
            return outer;
        }

        // The usual end of a long value (base64, plain text) is a slice, not another copy.
        var inner = outer[1..^1];
        if (!inner.Span.ContainsAny(NeedsReading))
        {
            return inner;
        }

        try
        {
            return Unescape(outer.Span);
        }
        catch (JsonException)
        {
            // Quotes that belong to the value.
            return outer;
        }
    }

    private static Memory<byte> Unescape(ReadOnlySpan<byte> token)
    {
        var reader = new Utf8JsonReader(token);
        reader.Read();
        var text = new byte[reader.ValueSpan.Length];
        try
        {
            var length = reader.CopyString(text);
            reader.Read();
            return text.AsMemory(0, length);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A string of the call is not valid text.", e);
        }
    }

    /// <summary>The bytes of <c>section.name</c> as they stand in the body, empty when there are none.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> section, string name)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 256 });
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(section);
            reader.Read();
            if (!wanted || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals(name);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (found)
                {
                    return body[start..(int)reader.BytesConsumed];
                }
            }
        }

        return [];
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new JsonException("The call is not a JSON object.");
        }
    }
}
