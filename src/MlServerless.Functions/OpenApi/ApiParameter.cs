using System.Text.Json.Nodes;

namespace MlServerless.Functions.OpenApi;

/// <summary>A parameter of a call.</summary>
/// <param name="In"><c>query</c> or <c>header</c>; those of the path come from the route.</param>
internal sealed record ApiParameter(string Name, string In, JsonObject Schema, string Description)
{
    public static ApiParameter Query(string name, JsonObject schema, string description) => new(name, "query", schema, description);

    public static ApiParameter Limit(int fallback, int greatest) =>
        Query("limit", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = greatest, ["default"] = fallback }, "How many at the most.");

    public static ApiParameter After => Query("after", OpenApi.Schema.Text, "The next of the page before.");

    public static ApiParameter Pipeline => Query("pipeline", OpenApi.Schema.Name, "The pipeline, where several have it.");

    public static ApiParameter Format => Query("format", OpenApi.Schema.OneOf("html", "json"), "A page instead of JSON, as Accept: text/html asks for.");

    public static ApiParameter IfMatch => new("If-Match", "header", OpenApi.Schema.Text, "The ETag by which it was read; 412 where it has changed since.");

    public static ApiParameter IdempotencyKey => new("Idempotency-Key", "header", OpenApi.Schema.Text, "Requests with the same key are one request.");
}
