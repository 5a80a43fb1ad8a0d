using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Functions.Http;

/// <summary>Parts of requests that several routes read.</summary>
internal static class Requests
{
    /// <summary>The ETag of If-Match without quotes; null where there is none.</summary>
    public static string? IfMatch(HttpRequest request) => request.Headers.IfMatch.ToString() is { Length: > 0 } header ? header.Trim().Trim('"') : null;

    public static string? IdempotencyKey(HttpRequest request) => request.Headers.TryGetValue("Idempotency-Key", out var header) ? header.ToString() : null;

    public static string? Query(HttpRequest request, string name) => request.Query.TryGetValue(name, out var text) ? text.ToString() : null;

    /// <exception cref="ProblemException">400: not a version.</exception>
    public static int Version(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
        ? number
        : throw ProblemException.BadRequest($"'{text}' is not a version.", "A version is a whole number from 1, e.g. 3.");

    /// <exception cref="ProblemException">400: not a whole number.</exception>
    public static int? Version(JsonObject body)
    {
        if (body["version"] is not { } value)
            return null;
        return value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out int version) && version > 0
            ? version
            : throw ProblemException.BadRequest("'version' is not a version.", "Send \"version\" with a whole number from 1.");
    }

    /// <summary>Where a list goes on: the number that the page before ended with.</summary>
    /// <exception cref="ProblemException">400: not such a number.</exception>
    public static int? After(HttpRequest request) => Query(request, "after") is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int after) && after > 0 ? after
        : throw ProblemException.BadRequest("'after' does not continue this list.", "Send the 'next' of the page before, or leave 'after' out for the first page.");

    /// <exception cref="ProblemException">400: not a time.</exception>
    public static DateTimeOffset? Time(HttpRequest request, string name)
    {
        if (Query(request, name) is not { } text)
            return null;

        // A plus sign in a query reads as a space.
        return DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
            ? time.ToUniversalTime()
            : throw ProblemException.BadRequest($"'{text}' is no time.", $"Send ?{name}= as 2026-03-01T12:00:00Z or 2026-03-01.");
    }

    /// <exception cref="ProblemException">400: not a number.</exception>
    public static double? Number(JsonObject body, string field) => body[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number) && double.IsFinite(number) => number,
        _ => throw ProblemException.BadRequest($"'{field}' is not a number.", $"Send \"{field}\" with a number, or leave it out."),
    };

    /// <exception cref="ProblemException">400: not a list of strings.</exception>
    public static IReadOnlyList<string> Texts(JsonObject body, string field) => body[field] switch
    {
        null => [],
        JsonArray list when list.All(item => item?.GetValueKind() == JsonValueKind.String) => [.. list.Select(item => item!.GetValue<string>())],
        _ => throw ProblemException.BadRequest($"'{field}' is not a list of strings.", $"Send \"{field}\": [\"…\", …], or leave it out."),
    };

    public static bool? Flag(JsonObject body, string field) => body[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => throw ProblemException.BadRequest($"'{field}' is not true or false.", $"Send \"{field}\": true or false, or leave it out."),
    };

    /// <summary>A flag of the query: <c>?name=true</c>, or the name alone.</summary>
    public static bool Flag(HttpRequest request, string name) => (request.QueryString.HasValue ? Query(request, name) : null) switch
    {
        null or "false" => false,
        "" or "true" => true,
        var other => throw ProblemException.BadRequest($"'{other}' is not true or false.", $"Send ?{name}=true, or leave it out."),
    };
}
