using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Functions.Tests.Docs;

/// <summary>docs/spec.md is the JSON Schema of specs, for people.</summary>
public sealed class SpecPageTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(SpecSchema.Read())!.AsObject();

    [Fact]
    public void Page_IsTheSchema() => GeneratedFile.IsCurrent(Page(), "docs", "spec.md");

    [Fact]
    public void EveryField_IsDescribed() =>
        Assert.Empty(Fields("", Schema).Where(field => field.Node["description"] is null && Resolve(field.Node)["description"] is null && field.Path is not "$schema" && !IsPlain(field.Node)).Select(field => field.Path));

    private static string Page()
    {
        var page = new StringBuilder("""
            # Pipeline specs

            Every field that a spec may have. A spec is JSON; `PUT /api/pipelines/{name}` tells every fault at once, each with its path. Editors complete and check it with the JSON Schema at `GET /api/schemas/pipeline.json`. Complete specs: [churn](../samples/churn/pipeline.json), [house prices](../samples/house-prices/pipeline.json).

            `[]` stands for every element of a list, `*` for a name that you choose. A default in italics is said by the schema.

            <!-- Made from src/MlServerless.Pipelines/Specs/pipeline.schema.json: UPDATE_DOCS=1 dotnet test -c Release tests/MlServerless.Functions.Tests --filter Docs -->

            """.ReplaceLineEndings("\n"));
        foreach ((string name, JsonNode? section) in Schema["properties"]!.AsObject().Where(property => property.Key != "$schema"))
        {
            page.Append($"\n## `{name}`\n\n{Description(section!)}\n");
            string facts = Facts(section!);
            if (facts.Length > 0)
                page.Append($"\n{char.ToUpperInvariant(facts[0])}{facts[1..]}.\n");
            (string Path, JsonNode Node)[] fields = [.. Fields(name, Resolve(section!)).Skip(0)];
            if (fields.Length == 0)
                continue;
            page.Append("\n| field | takes | meaning |\n|---|---|---|\n");
            foreach ((string path, JsonNode node) in fields)
                page.Append($"| `{path}` | {Cell(Facts(node))} | {Cell(Description(node))} |\n");
        }

        return page.ToString();
    }

    /// <summary>All fields below a node, with their paths; what is said in several alternatives is listed once.</summary>
    private static IEnumerable<(string Path, JsonNode Node)> Fields(string path, JsonNode node)
    {
        var seen = new HashSet<string>();
        return Walk(path, node).Where(field => seen.Add(field.Path));
    }

    private static IEnumerable<(string Path, JsonNode Node)> Walk(string path, JsonNode given)
    {
        JsonNode node = Resolve(given);
        foreach ((string name, JsonNode? child) in (node["properties"] as JsonObject) ?? [])
        {
            if (child is not JsonObject)
                continue;
            string next = path.Length == 0 ? name : $"{path}.{name}";
            yield return (next, child);
            foreach ((string, JsonNode) below in Walk(next, child))
                yield return below;
        }

        if (node["additionalProperties"] is JsonObject any)
        {
            foreach ((string, JsonNode) below in Walk(path + ".*", any))
                yield return below;
        }

        if (node["items"] is JsonObject items)
        {
            foreach ((string, JsonNode) below in Walk(path + "[]", items))
                yield return below;
        }

        foreach (JsonNode? alternative in new[] { "oneOf", "anyOf", "allOf" }.SelectMany(name => (node[name] as JsonArray) ?? []))
        {
            if (alternative is not JsonObject)
                continue;
            foreach ((string, JsonNode) below in Walk(path, alternative))
                yield return below;
        }
    }

    private static JsonNode Resolve(JsonNode node) =>
        node is JsonObject && node["$ref"]?.GetValue<string>() is { } reference && reference.StartsWith("#/$defs/", StringComparison.Ordinal) ? Schema["$defs"]![reference["#/$defs/".Length..]]! : node;

    private static bool IsPlain(JsonNode node) => Resolve(node)["enum"] is not null || Resolve(node)["type"] is not null;

    private static string Description(JsonNode node) => (node["description"] ?? Resolve(node)["description"])?.GetValue<string>() ?? "";

    private static string Facts(JsonNode given)
    {
        JsonNode node = Resolve(given);
        var facts = new List<string>();
        if (node["const"] is { } constant)
            facts.Add(Code(constant));
        else if (node["enum"] is JsonArray values)
            facts.Add("one of " + string.Join(", ", values.Select(Code)));
        else if (node["type"] is JsonArray types)
            facts.Add(string.Join(" or ", types.Select(type => type!.GetValue<string>())));
        else if (node["type"] is { } type)
            facts.Add(type.GetValue<string>() is "array" && node["items"] is JsonObject items && Resolve(items)["type"] is JsonValue item ? $"list of {item.GetValue<string>()}s" : type.GetValue<string>());
        foreach ((string name, string words) in new[]
        {
            ("minimum", "at least"), ("exclusiveMinimum", "greater than"), ("maximum", "at most"), ("exclusiveMaximum", "less than"), ("minLength", "at least {} characters"), ("maxLength", "at most {} characters"),
            ("minItems", "at least {} elements"), ("maxItems", "at most {} elements"), ("maxProperties", "at most {} names"), ("pattern", "like"),
        })
        {
            if (node[name] is { } bound)
                facts.Add(words.Contains("{}", StringComparison.Ordinal) ? words.Replace("{}", bound.ToJsonString(), StringComparison.Ordinal) : $"{words} {(name == "pattern" ? $"`{bound.GetValue<string>()}`" : bound.ToJsonString())}");
        }

        if ((given["default"] ?? node["default"]) is { } value)
            facts.Add($"default *{Code(value)}*");
        return string.Join("; ", facts);
    }

    private static string Code(JsonNode? value) => $"`{(value is JsonValue text && text.TryGetValue(out string? s) ? s.Replace("\t", "\\t", StringComparison.Ordinal) : value?.ToJsonString() ?? "null")}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
