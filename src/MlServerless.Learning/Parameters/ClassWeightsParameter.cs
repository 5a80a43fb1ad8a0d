using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.Learning.Parameters;

/// <summary>How much the rows of each class count: "balanced", or a number per class.</summary>
internal sealed record ClassWeightsParameter(string Name, string Description) : ParameterDefinition(Name, Description)
{
    public const string Balanced = "balanced";
    private const double MaxWeight = 1e6;

    public override JsonElement? Default => null;

    public override string Allowed =>
        FormattableString.Invariant($"\"{Balanced}\", or an object of classes with numbers greater than 0 to {MaxWeight}, such as {{\"yes\": 5}}");

    public override bool TryRead(JsonNode? node, out JsonElement value)
    {
        value = default;
        if (ParameterJson.TryText(node, out string text))
        {
            value = ParameterJson.Text(text);
            return text == Balanced;
        }
        return ParameterJson.TryMap(node, ReadWeight, out value);
    }

    private static JsonElement? ReadWeight(JsonNode? node) =>
        ParameterJson.TryNumber(node, out double weight) && weight is > 0 and <= MaxWeight ? ParameterJson.Number(weight) : null;
}
