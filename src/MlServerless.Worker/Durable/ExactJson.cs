using System.Text.Json;

namespace MlServerless.Worker.Durable;

/// <summary>
/// Inputs of orchestrations pass through the host's JSON library as objects: there, times with an offset become UTC, numbers become doubles and a
/// string that happens to be base64 becomes bytes. Input that this could change travels as text inside <c>{"$json":"…"}</c>.
/// </summary>
internal static class ExactJson
{
    public const string Member = "$json";

    /// <summary>True for objects and arrays of nothing but names, whole numbers, booleans, nulls and strings that look like no time.</summary>
    public static bool SurvivesTheHost(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return false;
        }

        while (reader.Read())
        {
            var survives = reader.TokenType switch
            {
                JsonTokenType.Number => reader.TryGetInt64(out _) && !reader.ValueSpan.ContainsAny(".eE"u8) && !reader.ValueSpan.SequenceEqual("-0"u8),
                JsonTokenType.String => !LooksLikeTime(reader.GetString()!),
                JsonTokenType.PropertyName => reader.ValueSpan is not [(byte)'$', ..],
                _ => reader.CurrentDepth < 32,
            };
            if (!survives)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The text inside the wrapping, or the input itself where it is not wrapped.</summary>
    public static string? Unwrap(string? input)
    {
        if (input is null || !input.Contains(Member, StringComparison.Ordinal))
        {
            return input;
        }

        try
        {
            using var document = JsonDocument.Parse(input);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Count() == 1
                && root.TryGetProperty(Member, out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()
                : input;
        }
        catch (JsonException)
        {
            return input;
        }
    }

    private static bool LooksLikeTime(string text)
        => text.StartsWith("/Date(", StringComparison.Ordinal)
           || (text.Length >= 10 && char.IsAsciiDigit(text[0]) && text.Contains('T', StringComparison.Ordinal));
}
