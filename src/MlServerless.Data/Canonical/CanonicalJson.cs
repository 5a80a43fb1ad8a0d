using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MlServerless.Data;

/// <summary>
/// The JSON Canonicalization Scheme of RFC 8785: members sorted by the UTF-16 code units of their names, numbers
/// in the form of ECMAScript, the shortest string escapes, no white space. Everything that is hashed is written so.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Serializes a value and puts it into canonical form.</summary>
    /// <exception cref="JsonException">The value holds text that is not valid Unicode, or an integer that a double cannot hold.</exception>
    /// <exception cref="ArgumentException">The value holds NaN or an infinity, which JSON lacks.</exception>
    public static byte[] Serialize<T>(T value, JsonTypeInfo<T> typeInfo) =>
        Canonicalize(JsonSerializer.SerializeToUtf8Bytes(value, typeInfo));

    /// <summary>Rewrites one JSON document in canonical form.</summary>
    /// <exception cref="JsonException">
    /// The bytes are not one JSON document of at most 64 levels, a name occurs twice in an object, text is not valid
    /// Unicode, a number is outside the range of a double, or an integer would change its value as a double
    /// (write such a number as a string).
    /// </exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json);
        var output = new ByteBuffer(utf8Json.Length + 16);
        try
        {
            reader.Read();
            CanonicalWriter.WriteValue(ref reader, output);
            if (reader.Read())
                throw new JsonException("More follows after the end of the document.");
        }
        catch (InvalidOperationException error)
        {
            // The reader's answer to strings with lone surrogates or bytes that are not UTF-8.
            throw new JsonException($"A string near byte {reader.TokenStartIndex} is not valid Unicode: {error.Message}", error);
        }

        return output.ToArray();
    }

    /// <summary>The hash of a value's canonical form.</summary>
    /// <inheritdoc cref="Serialize{T}"/>
    public static ContentHash Hash<T>(T value, JsonTypeInfo<T> typeInfo) => ContentHash.Of(Serialize(value, typeInfo));
}
