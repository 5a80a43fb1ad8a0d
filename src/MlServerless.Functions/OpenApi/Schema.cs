using System.Text.Json.Nodes;

namespace MlServerless.Functions.OpenApi;

/// <summary>JSON Schemas (2020-12) in short. Every call gives a node of its own, because a node stands in one place only.</summary>
internal static class Schema
{
    public const string NamePattern = "^[a-z0-9]+(-[a-z0-9]+)*$";

    public static JsonObject Text => new() { ["type"] = "string" };

    public static JsonObject Whole => new() { ["type"] = "integer" };

    public static JsonObject Number => new() { ["type"] = "number" };

    public static JsonObject Flag => new() { ["type"] = "boolean" };

    public static JsonObject Time => new() { ["type"] = "string", ["format"] = "date-time" };

    /// <summary>SHA-256.</summary>
    public static JsonObject Hash => new() { ["type"] = "string", ["pattern"] = "^[0-9a-f]{64}$" };

    public static JsonObject RunId => new() { ["type"] = "string", ["pattern"] = "^t-[0-9a-f]{32}$" };

    /// <summary>Of a pipeline, a model or an alias.</summary>
    public static JsonObject Name => new() { ["type"] = "string", ["pattern"] = NamePattern, ["maxLength"] = 63 };

    public static JsonObject Any => [];

    public static JsonObject OneOf(params string[] values) => new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]) };

    public static JsonObject ArrayOf(JsonNode items) => new() { ["type"] = "array", ["items"] = items };

    public static JsonObject MapOf(JsonNode values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    public static JsonObject Ref(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    /// <summary>The same, or null.</summary>
    public static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is not JsonValue type || schema["enum"] is not null)
            return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        schema["type"] = new JsonArray(type.GetValue<string>(), "null");
        return schema;
    }

    /// <summary>An object with these members; one whose name ends with <c>?</c> may be absent.</summary>
    public static JsonObject Of(params (string Name, JsonNode Schema)[] members)
    {
        string[] required = [.. members.Where(member => !member.Name.EndsWith('?')).Select(member => member.Name)];
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member.Name.TrimEnd('?'), (JsonNode?)member.Schema))) };
        if (required.Length > 0)
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        return schema;
    }

    /// <summary>A page of a list: the list, and where the next page goes on.</summary>
    public static JsonObject Page(string list, JsonNode item, params (string Name, JsonNode Schema)[] more) => Of([.. more, (list, ArrayOf(item)), ("next", OrNull(Text))]);

    /// <summary>An object schema without some members and with others.</summary>
    public static JsonObject Changed(JsonObject schema, IEnumerable<string> without, params (string Name, JsonNode Schema)[] with)
    {
        JsonObject properties = schema["properties"]!.AsObject();
        var required = new List<string>((schema["required"] as JsonArray)?.Select(name => name!.GetValue<string>()) ?? []);
        foreach (string name in without)
        {
            properties.Remove(name);
            required.Remove(name);
        }

        foreach ((string name, JsonNode member) in with)
        {
            properties[name.TrimEnd('?')] = member;
            if (!name.EndsWith('?'))
                required.Add(name);
        }

        schema.Remove("required");
        if (required.Count > 0)
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        return schema;
    }
}
