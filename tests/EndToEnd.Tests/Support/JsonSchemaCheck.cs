using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MlServerless.EndToEnd.Support;

/// <summary>
/// Holds JSON against the schemas of an OpenAPI document: the keywords that it uses, and no others. An object whose members are listed may have no others,
/// so that what an answer has and the document lacks is found as well.
/// </summary>
internal sealed class JsonSchemaCheck(JsonObject document)
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "$ref", "type", "enum", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "pattern", "format", "minimum", "maximum", "maxLength", "description", "default", "title", "$comment",
    };

    /// <returns>Every fault, with its place; empty where all is as it is written.</returns>
    public IReadOnlyList<string> Faults(JsonNode schema, JsonNode? value)
    {
        var faults = new List<string>();
        Check(schema, value, "$", faults);
        return faults;
    }

    private void Check(JsonNode? schema, JsonNode? value, string place, List<string> faults)
    {
        if (schema is JsonValue flag)
        {
            if (!flag.GetValue<bool>())
                faults.Add($"{place}: nothing is allowed here");
            return;
        }

        JsonObject rules = schema!.AsObject();
        if (rules.FirstOrDefault(rule => !Known.Contains(rule.Key)).Key is { } unknown)
            faults.Add($"{place}: the keyword '{unknown}' is not known to this check");
        if (rules["$ref"] is { } reference)
        {
            // The schema of specs is a document of its own, with tests of its own.
            string target = reference.GetValue<string>();
            if (target.StartsWith('#'))
                Check(Resolve(target), value, place, faults);
            return;
        }

        if (rules["type"] is { } type && !Types(type).Any(name => Is(value, name)))
        {
            faults.Add($"{place}: {Show(value)} is not {string.Join(" or ", Types(type))}");
            return;
        }

        if (rules["enum"] is JsonArray values && !values.Any(allowed => JsonNode.DeepEquals(allowed, value)))
            faults.Add($"{place}: {Show(value)} is none of {values.ToJsonString()}");
        foreach (string keyword in (string[])["anyOf", "oneOf"])
        {
            if (rules[keyword] is not JsonArray alternatives)
                continue;
            List<string>[] tried = [.. alternatives.Select(alternative =>
            {
                var found = new List<string>();
                Check(alternative, value, place, found);
                return found;
            })];
            if (tried.All(found => found.Count > 0))
                faults.AddRange(tried.MinBy(found => found.Count)!);
        }

        if (value is JsonValue scalar)
            CheckScalar(rules, scalar, place, faults);
        else if (value is JsonArray array && rules["items"] is { } items)
            CheckAll(array, items, place, faults);
        else if (value is JsonObject members)
            CheckMembers(rules, members, place, faults);
    }

    private void CheckAll(JsonArray array, JsonNode items, string place, List<string> faults)
    {
        for (int i = 0; i < array.Count; i++)
            Check(items, array[i], string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]"), faults);
    }

    private void CheckMembers(JsonObject rules, JsonObject members, string place, List<string> faults)
    {
        foreach (JsonNode? name in rules["required"] as JsonArray ?? [])
        {
            if (!members.ContainsKey(name!.GetValue<string>()))
                faults.Add($"{place}: '{name}' is missing");
        }

        var properties = rules["properties"] as JsonObject;
        foreach ((string name, JsonNode? member) in members)
        {
            if (properties?[name] is { } known)
                Check(known, member, $"{place}.{name}", faults);
            else if (properties is not null && properties.ContainsKey(name))
                continue;
            else if (rules["additionalProperties"] is { } others)
                Check(others, member, $"{place}.{name}", faults);
            else if (properties is not null)
                faults.Add($"{place}: '{name}' is not in the document");
        }
    }

    private static void CheckScalar(JsonObject rules, JsonValue value, string place, List<string> faults)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            string text = value.GetValue<string>();
            if (rules["pattern"] is { } pattern && !Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.CultureInvariant))
                faults.Add($"{place}: '{text}' does not match {pattern}");
            if (rules["maxLength"] is { } length && text.Length > length.GetValue<int>())
                faults.Add($"{place}: '{text}' is longer than {length}");
            if (rules["format"]?.GetValue<string>() == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
                faults.Add($"{place}: '{text}' is no time");
        }
        else if (value.GetValueKind() == JsonValueKind.Number)
        {
            double number = value.GetValue<double>();
            if (rules["minimum"] is { } least && number < least.GetValue<double>())
                faults.Add($"{place}: {number} is less than {least}");
            if (rules["maximum"] is { } most && number > most.GetValue<double>())
                faults.Add($"{place}: {number} is more than {most}");
        }
    }

    private JsonNode Resolve(string reference)
    {
        JsonNode? found = document;
        foreach (string step in reference.Split('/').Skip(1))
            found = found?[step];
        return found ?? throw new InvalidOperationException($"{reference} leads nowhere.");
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(name => name!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool Is(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is var number && number == Math.Floor(number),
        _ => throw new NotSupportedException($"The type '{type}' is not known to this check."),
    };

    private static string Show(JsonNode? value) => value?.ToJsonString() is { } text ? (text.Length > 120 ? text[..120] + "…" : text) : "null";
}
