using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;

namespace MlServerless.Learning.Parameters;

/// <summary>The values of all settings of a trainer: those of the spec, and the defaults for the others.</summary>
internal sealed class ParameterSet
{
    private readonly SortedDictionary<string, JsonElement> values;

    private ParameterSet(SortedDictionary<string, JsonElement> values) => this.values = values;

    /// <summary>The value of a number.</summary>
    public double this[string name] => values[name].GetDouble();

    /// <summary>Names and values in ordinal order; settings without a value are left out.</summary>
    public IReadOnlyDictionary<string, JsonElement> Values => values;

    public int Integer(string name) => (int)this[name];

    /// <summary>A setting that need not have a value; null where it has none, or where the trainer knows no such setting.</summary>
    public JsonElement? Find(string name) => values.TryGetValue(name, out JsonElement value) ? value : null;

    /// <summary>Reads the settings; every unknown name and every value that is not allowed becomes an error.</summary>
    public static ParameterSet Read(IReadOnlyList<ParameterDefinition> definitions, JsonObject? parameters, out IReadOnlyList<SpecError> errors)
    {
        List<SpecError> found = [];
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (ParameterDefinition definition in definitions)
            if (definition.Default is { } value)
                values[definition.Name] = value;
        foreach ((string name, JsonNode? node) in parameters ?? [])
        {
            ParameterDefinition? definition = definitions.FirstOrDefault(d => d.Name == name);
            if (definition is null)
                found.Add(new SpecError(name, Unknown(name, definitions)));
            else if (definition.TryRead(node, out JsonElement value))
                values[name] = value;
            else
                found.Add(new SpecError(name, $"'{name}' must be {definition.Allowed}, not {node?.ToJsonString() ?? "null"}."));
        }
        errors = found;
        return new ParameterSet(values);
    }

    private static string Unknown(string name, IReadOnlyList<ParameterDefinition> definitions)
    {
        string known = string.Join(", ", definitions.Select(d => d.Name));
        return NearestName.Find(name, definitions.Select(d => d.Name)) is { } near
            ? $"There is no parameter '{name}'; did you mean '{near}'? Known are: {known}."
            : $"There is no parameter '{name}'. Known are: {known}.";
    }
}
