using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.Learning.Parameters;

/// <summary>One setting of a trainer.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Description">What it does, in a line.</param>
internal abstract record ParameterDefinition(string Name, string Description)
{
    /// <summary>Its value where the spec says nothing; null where it then has none.</summary>
    public abstract JsonElement? Default { get; }

    /// <summary>The allowed values in words, behind "must be".</summary>
    public abstract string Allowed { get; }

    /// <summary>Reads a value into the form in which it is hashed and kept: numbers in their shortest form, members in ordinal order.</summary>
    public abstract bool TryRead(JsonNode? node, out JsonElement value);
}
