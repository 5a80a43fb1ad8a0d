using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using MlServerless.Data;
using MlServerless.Pipelines;

namespace MlServerless.Functions.OpenApi;

/// <summary>Schemas of records, from how they are written.</summary>
internal static class RecordSchema
{
    private const int MostDepth = 100;

    private static readonly JsonSchemaExporterOptions Options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    public static JsonObject Of<T>()
    {
        JsonTypeInfo type = PipelineJson.Default.GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T)} is not written as JSON.");
        JsonNode schema = type.GetJsonSchemaAsNode(Options);
        return Inlined(schema, schema, 0)!.AsObject();
    }

    /// <summary>What the exporter writes once and refers to from elsewhere, in each of its places: the schema becomes part of a larger document, where its references would lead astray.</summary>
    private static JsonNode? Inlined(JsonNode root, JsonNode? node, int depth)
    {
        if (depth > MostDepth)
            throw new InvalidOperationException("The schema contains itself.");
        return node switch
        {
            JsonObject document when document["$ref"] is { } reference => Inlined(root, Resolve(root, reference.GetValue<string>()), depth + 1),
            JsonObject document => new JsonObject(document.Select(member => KeyValuePair.Create(member.Key, Inlined(root, member.Value, depth + 1)))),
            JsonArray array => new JsonArray([.. array.Select(item => Inlined(root, item, depth + 1))]),
            _ => node?.DeepClone(),
        };
    }

    private static JsonNode? Resolve(JsonNode root, string pointer)
    {
        JsonNode? found = root;
        foreach (string step in pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
            found = found is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)] : found?[step];
        return found;
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        Type type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        bool isNullable = type != context.TypeInfo.Type;
        if (type == typeof(ContentHash))
            return isNullable ? Schema.OrNull(Schema.Hash) : Schema.Hash;
        if (schema is not JsonObject document)
            return schema;
        OnlyNumbers(document);
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            OnlyPresent(context.TypeInfo, document);
        return document;
    }

    /// <summary>Numbers are read from strings, too, but never written so.</summary>
    private static void OnlyNumbers(JsonObject schema)
    {
        if (schema["type"] is not JsonArray types)
            return;
        string[] names = [.. types.Select(name => name!.GetValue<string>())];
        if (!names.Contains("string") || !(names.Contains("integer") || names.Contains("number")))
            return;
        string[] kept = [.. names.Where(name => name != "string")];
        schema["type"] = kept is [var one] ? JsonValue.Create(one) : new JsonArray([.. kept.Select(name => JsonValue.Create(name))]);
        schema.Remove("pattern");
    }

    /// <summary>Members that are null are left out, whatever the constructor asks for.</summary>
    private static void OnlyPresent(JsonTypeInfo type, JsonObject schema)
    {
        if (schema["required"] is not JsonArray required)
            return;
        HashSet<string> nullable = [.. type.Properties.Where(property => property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null).Select(property => property.Name)];
        string[] present = [.. required.Select(name => name!.GetValue<string>()).Where(name => !nullable.Contains(name))];
        schema.Remove("required");
        if (present.Length > 0)
            schema["required"] = new JsonArray([.. present.Select(name => JsonValue.Create(name))]);
    }
}
