using System.Text.Json;

namespace MlServerless.Pipelines.Serving.Routing;

/// <summary>Finds whom a request is about.</summary>
internal static class EntityKey
{
    // It stands in the first row; nobody looks through megabytes for it.
    private const int Searched = 1 << 16;

    /// <summary>The first string or number that the column has in a body of JSON.</summary>
    /// <returns>Empty where there is none.</returns>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> body, string column)
    {
        var reader = new Utf8JsonReader(body[..Math.Min(body.Length, Searched)], isFinalBlock: false, new JsonReaderState(JsonRowReader.Options));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(column) && reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                    return reader.ValueSpan;
            }
        }
        catch (JsonException)
        {
            // Whoever answers says what is wrong with it.
        }

        return [];
    }
}
