using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.Learning.Parameters;

/// <summary>The name of a column of the data.</summary>
internal sealed record ColumnParameter(string Name, string Description) : ParameterDefinition(Name, Description)
{
    public override JsonElement? Default => null;

    public override string Allowed => "the name of a column";

    public override bool TryRead(JsonNode? node, out JsonElement value)
    {
        bool read = ParameterJson.TryText(node, out string text) && text.Length > 0;
        value = ParameterJson.Text(text);
        return read;
    }
}
