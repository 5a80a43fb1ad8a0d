using System.Text.Json;
using System.Text.Unicode;

namespace MlServerless.Data;

/// <summary>Looks at JSON from outside before it is parsed: readers of the framework meet strings that are no text only when somebody asks for them.</summary>
public static class WellFormedJson
{
    /// <summary>One document, in UTF-8, whose names and strings are all valid Unicode: escapes such as <c>\ud800</c> alone are not.</summary>
    /// <param name="utf8Json">The bytes.</param>
    /// <param name="maxDepth">Levels of objects and arrays that it may have.</param>
    /// <exception cref="JsonException">It is not; with its place.</exception>
    public static void Require(ReadOnlySpan<byte> utf8Json, int maxDepth)
    {
        if (!Utf8.IsValid(utf8Json))
            throw new JsonException("Some bytes are not UTF-8, in which JSON is sent.");
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
                continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException error)
            {
                ReadOnlySpan<byte> before = utf8Json[..(int)reader.TokenStartIndex];
                throw new JsonException("This text holds half of a surrogate pair, which is no character.", null, before.Count((byte)'\n'), before.Length - before.LastIndexOf((byte)'\n') - 1, error);
            }
        }
    }
}
