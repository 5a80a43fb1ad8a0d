using System.Text.Json.Nodes;

namespace MlServerless.Functions.OpenApi;

/// <summary>An answer of a call.</summary>
/// <param name="Schema">Null where there is no body, or none that a schema describes.</param>
/// <param name="MediaTypes">None where there is no body.</param>
internal sealed record ApiAnswer(int Status, string Description, JsonNode? Schema, params IReadOnlyList<string> MediaTypes)
{
    public const string Json = "application/json";
    public const string Page = "text/html";

    public static ApiAnswer Ok(string description, JsonNode schema) => new(StatusCodes.Status200OK, description, schema, Json);

    public static ApiAnswer OkOrPage(string description, JsonNode schema) => new(StatusCodes.Status200OK, description, schema, Json, Page);

    public static ApiAnswer Accepted(string description, JsonNode schema) => new(StatusCodes.Status202Accepted, description, schema, Json);
}
