using MlServerless.Data;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Functions.Http;

/// <summary>What the requests for data versions share.</summary>
internal static class DataRequests
{
    /// <exception cref="ProblemException">400: not an id.</exception>
    public static ContentHash Id(string text) => ContentHash.TryParse(text, out ContentHash id)
        ? id
        : throw ProblemException.BadRequest("That is not a data version id.", "An id is 64 lower-case hex digits; GET /api/pipelines/{name}/data lists those of a pipeline.");

    public static string? Pipeline(HttpRequest request) => request.Query.TryGetValue("pipeline", out var name) ? name.ToString() : null;

    /// <summary>Whether a page is asked for, by <c>?format=</c> or else by Accept.</summary>
    /// <param name="what">What is asked for, in a word.</param>
    /// <exception cref="ProblemException">400: a format that there is not.</exception>
    public static bool WantsPage(HttpRequest request, string what)
    {
        if (!request.Query.TryGetValue("format", out var format))
            return request.Headers.Accept.ToString() is { } accept && accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
        return format.ToString() switch
        {
            "html" => true,
            "json" => false,
            var other => throw ProblemException.BadRequest($"'{other}' is no format of a {what}.", "Ask for ?format=html or ?format=json."),
        };
    }
}
