using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.DevHost.Configuration;

/// <summary>One entry of <c>bindings</c> in a function.json.</summary>
internal sealed record FunctionBinding(string Type, string Name, bool Out, JsonObject Properties)
{
    /// <summary>True when <c>dataType</c> is <c>binary</c>: strings of an output stay strings.</summary>
    public bool Binary => string.Equals(Text("dataType"), "binary", StringComparison.OrdinalIgnoreCase);

    public bool Is(string type) => string.Equals(Type, type, StringComparison.OrdinalIgnoreCase);

    public string? Text(string property) =>
        Properties[property] is { } node && node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    public bool? Flag(string property) => Properties[property]?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
