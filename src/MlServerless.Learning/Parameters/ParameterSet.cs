using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;

namespace MlServerless.Learning.Parameters;

/// <summary>The values of all settings of a trainer: those of the spec, and the defaults for the others.</summary>
internal sealed class ParameterSet
{
    private readonly SortedDictionary<string, double> values;

    private ParameterSet(SortedDictionary<string, double> values) => this.values = values;

    public double this[string name] => values[name];

    /// <summary>Names and values in ordinal order.</summary>
    public IEnumerable<KeyValuePair<string, double>> Values => values;

    public int Integer(string name) => (int)values[name];

    /// <summary>Reads the settings; every unknown name and every value out of its range becomes an error.</summary>
    public static ParameterSet Read(IReadOnlyList<ParameterDefinition> definitions, JsonObject? parameters, out IReadOnlyList<SpecError> errors)
    {
        List<SpecError> found = [];
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (ParameterDefinition definition in definitions)
            values[definition.Name] = definition.Default;
        foreach ((string name, JsonNode? node) in parameters ?? [])
        {
            ParameterDefinition? definition = definitions.FirstOrDefault(d => d.Name == name);
            if (definition is null)
                found.Add(new SpecError(name, Unknown(name, definitions)));
            else if (TryNumber(node, out double value) && definition.Allows(value))
                values[name] = value;
            else
                found.Add(new SpecError(name, $"'{name}' must be {definition.Range}, not {node?.ToJsonString() ?? "null"}."));
        }
        errors = found;
        return new ParameterSet(values);
    }

    // By way of the text, because a node made in memory converts to no other type than its own.
    private static bool TryNumber(JsonNode? node, out double value)
    {
        value = 0;
        return node is JsonValue && node.GetValueKind() == JsonValueKind.Number
            && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static string Unknown(string name, IReadOnlyList<ParameterDefinition> definitions)
    {
        string known = string.Join(", ", definitions.Select(d => d.Name));
        return NearestName.Find(name, definitions.Select(d => d.Name)) is { } near
            ? $"There is no parameter '{name}'; did you mean '{near}'? Known are: {known}."
            : $"There is no parameter '{name}'. Known are: {known}.";
    }
}
