using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.Learning.Parameters;

/// <summary>In which direction predictions may go as a feature grows: an object of features.</summary>
internal sealed record DirectionsParameter(string Name, string Description) : ParameterDefinition(Name, Description)
{
    public const string Increasing = "increasing";
    public const string Decreasing = "decreasing";

    public override JsonElement? Default => null;

    public override string Allowed => $"an object of features with \"{Increasing}\" or \"{Decreasing}\", such as {{\"income\": \"{Increasing}\"}}";

    public override bool TryRead(JsonNode? node, out JsonElement value) => ParameterJson.TryMap(node, ReadDirection, out value);

    private static JsonElement? ReadDirection(JsonNode? node) =>
        ParameterJson.TryText(node, out string direction) && direction is Increasing or Decreasing ? ParameterJson.Text(direction) : null;
}
