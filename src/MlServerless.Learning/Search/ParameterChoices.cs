using System.Text.Json.Nodes;

namespace MlServerless.Learning.Search;

/// <summary>Some values, in the order in which a grid takes them.</summary>
public sealed record ParameterChoices(IReadOnlyList<JsonNode> Values) : ParameterSpace;
