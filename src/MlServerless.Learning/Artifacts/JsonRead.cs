using System.Text.Json;

namespace MlServerless.Learning.Artifacts;

/// <summary>Strict reading of JSON straight from its tokens: every surprise is an <see cref="InvalidArtifactException"/> that says where.</summary>
internal static class JsonRead
{
    /// <summary>Reads the member on whose value the reader stands, to the value's last token.</summary>
    public delegate void Member(ref Utf8JsonReader reader, string name);

    /// <summary>Reads an object whose members must all be among <paramref name="members"/> and there exactly once.</summary>
    public static void Object(ref Utf8JsonReader reader, string what, ReadOnlySpan<string> members, Member read) =>
        Object(ref reader, what, members, [], read);

    /// <summary>Reads an object whose members must all be among <paramref name="members"/>, and there exactly once unless they are optional.</summary>
    public static void Object(ref Utf8JsonReader reader, string what, ReadOnlySpan<string> members, ReadOnlySpan<string> optional, Member read)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Unexpected(what, "an object", reader.TokenType);
        ulong seen = 0;
        while (Next(ref reader, what) != JsonTokenType.EndObject)
        {
            int member = IndexOf(ref reader, members);
            if (member < 0)
                throw new InvalidArtifactException($"{what}: the member '{reader.GetString()}' is unknown.");
            if ((seen & (1UL << member)) != 0)
                throw new InvalidArtifactException($"{what}: the member '{members[member]}' occurs twice.");
            seen |= 1UL << member;
            Next(ref reader, what);
            read(ref reader, members[member]);
        }
        for (int i = 0; i < members.Length; i++)
            if ((seen & (1UL << i)) == 0 && !optional.Contains(members[i]))
                throw new InvalidArtifactException($"{what}: the member '{members[i]}' is missing.");
    }

    /// <summary>Reads an array, calling <paramref name="element"/> on the first token of each element.</summary>
    public static void Array(ref Utf8JsonReader reader, string what, Member element)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Unexpected(what, "an array", reader.TokenType);
        while (Next(ref reader, what) != JsonTokenType.EndArray)
            element(ref reader, what);
    }

    public static int[] Integers(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Unexpected(what, "an array", reader.TokenType);
        List<int> values = [];
        while (Next(ref reader, what) != JsonTokenType.EndArray)
            values.Add(Integer(ref reader, what));
        return [.. values];
    }

    public static double[] Numbers(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Unexpected(what, "an array", reader.TokenType);
        List<double> values = [];
        while (Next(ref reader, what) != JsonTokenType.EndArray)
            values.Add(Number(ref reader, what));
        return [.. values];
    }

    public static int Integer(ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value)
            ? value
            : throw Unexpected(what, "a 32-bit integer", reader.TokenType);

    public static double Number(ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Unexpected(what, "a finite number", reader.TokenType);

    public static string Text(ref Utf8JsonReader reader, string what) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Unexpected(what, "a string", reader.TokenType);

    private static JsonTokenType Next(ref Utf8JsonReader reader, string what) =>
        reader.Read() ? reader.TokenType : throw new InvalidArtifactException($"{what}: the document ends too early.");

    private static int IndexOf(ref Utf8JsonReader reader, ReadOnlySpan<string> members)
    {
        for (int i = 0; i < members.Length; i++)
            if (reader.ValueTextEquals(members[i]))
                return i;
        return -1;
    }

    private static InvalidArtifactException Unexpected(string what, string expected, JsonTokenType found) =>
        new($"{what}: expected {expected}, found {found}.");
}
