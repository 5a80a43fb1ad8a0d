using System.Text.Json.Nodes;

namespace MlServerless.Functions.OpenApi;

/// <summary>What a call sends.</summary>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="OtherMediaTypes">Taken beside JSON, as text.</param>
internal sealed record ApiBody(JsonNode Schema, bool IsRequired = true, params IReadOnlyList<string> OtherMediaTypes);
