using System.Globalization;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Pipelines.Serving;

/// <summary>Describes a model's prediction calls as OpenAPI 3.1, with its own columns and an example row from what is usual in its training data.</summary>
public static class ModelOpenApi
{
    public static JsonObject Build(ServedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string version = model.Version.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = $"Predictions of {model.Artifact.Signature.Label} by model {model.Name}", ["version"] = version, ["description"] = $"Model {model.Hash.Hex}, schema {model.Artifact.Signature.SchemaHash.Hex}." },
            ["paths"] = new JsonObject
            {
                [$"/api/models/{model.Name}/predict"] = Call("predict", "Predicts for one row or an array of rows.", OneOrMany(), Row(model), Ref("Answer")),
                [$"/v1/models/{model.Name}:predict"] = Call("predictInstances", "The same in the V1 inference protocol.", Wrapped("instances", Ref("Row")), new JsonObject { ["instances"] = new JsonArray(Row(model)) }, Wrapped("predictions", Ref("Prediction"))),
                [$"/v2/models/{model.Name}/infer"] = Call("infer", "The same in the Open Inference Protocol, version 2: a tensor for every column.", Wrapped("inputs", Tensor()), Tensors(model), Wrapped("outputs", Tensor())),
            },
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key" } },
                ["schemas"] = new JsonObject { ["Row"] = RowSchema(model.Artifact.Signature), ["Prediction"] = PredictionSchema(model.Artifact), ["Answer"] = AnswerSchema(), ["Problem"] = ProblemSchema() },
            },
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
        };
    }

    /// <summary>A row as it is usual in the training data.</summary>
    public static JsonObject Row(ServedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new JsonObject(model.Artifact.Signature.Inputs.Select(input => KeyValuePair.Create(input.Name, Typical(model, input))));
    }

    private static JsonNode? Typical(ServedModel model, SignatureField input)
    {
        if (model.Artifact.Reference.Find(input.Name) is not { } column)
            return null;
        return input.Type switch
        {
            ColumnType.Category => SketchFigures.MostFrequent(column) is { } value ? JsonValue.Create(value) : null,
            ColumnType.Text => JsonValue.Create("some text"),
            _ when SketchFigures.Median(column) is not { } => null,
            ColumnType.Boolean => JsonValue.Create(SketchFigures.Median(column) >= 0.5),
            ColumnType.Integer => JsonValue.Create((long)Math.Round(SketchFigures.Median(column)!.Value)),
            ColumnType.DateTime => JsonValue.Create(DateTime.UnixEpoch.AddSeconds(Math.Round(Math.Clamp(SketchFigures.Median(column)!.Value, -6e10, 2.5e11))).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(Math.Round(SketchFigures.Median(column)!.Value, 4)),
        };
    }

    private static JsonObject RowSchema(ModelSignature signature) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(signature.Inputs.Select(input => KeyValuePair.Create(input.Name, (JsonNode?)FieldSchema(input)))),
        ["required"] = new JsonArray([.. signature.Inputs.Where(input => input.Required).Select(input => JsonValue.Create(input.Name))]),
    };

    private static JsonObject FieldSchema(SignatureField input)
    {
        string type = input.Type switch { ColumnType.Integer => "integer", ColumnType.Number => "number", ColumnType.Boolean => "boolean", _ => "string" };
        var schema = new JsonObject { ["type"] = new JsonArray(type, "null") };
        if (input.Type == ColumnType.DateTime)
            schema["description"] = "A date or time, ISO 8601.";
        if (input.Values is { } values)
            schema["enum"] = new JsonArray([.. values.Select(value => (JsonNode?)JsonValue.Create(value)), null]);
        return schema;
    }

    private static JsonObject PredictionSchema(ModelArtifact artifact)
    {
        JsonObject members = artifact.Task == LearningTask.Regression
            ? new JsonObject { ["value"] = Of("number") }
            : new JsonObject
            {
                ["label"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. artifact.ClassLabels.Select(label => JsonValue.Create(label))]) },
                ["probability"] = Of("number"),
            };
        if (artifact.Task == LearningTask.Multiclass)
            members["probabilities"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = Of("number") };
        members["explanation"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "With ?explain=true: base value and contributions add up to the raw score.",
            ["properties"] = new JsonObject
            {
                ["rawScore"] = Of("number"),
                ["base"] = Of("number"),
                ["contributions"] = ArrayOf(new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["column"] = Of("string"), ["value"] = Of("number") } }),
            },
        };
        return new JsonObject { ["type"] = "object", ["properties"] = members };
    }

    private static JsonObject AnswerSchema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["model"] = Of("string"),
            ["version"] = Of("integer"),
            ["modelHash"] = Of("string"),
            ["schemaHash"] = Of("string"),
            ["degraded"] = Of("boolean"),
            ["predictions"] = ArrayOf(Ref("Prediction")),
            ["warnings"] = ArrayOf(Of("object")),
        },
    };

    private static JsonObject ProblemSchema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["title"] = Of("string"),
            ["status"] = Of("integer"),
            ["detail"] = Of("string"),
            ["errors"] = ArrayOf(new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["path"] = Of("string"), ["message"] = Of("string") } }),
        },
    };

    private static JsonObject Call(string id, string summary, JsonObject body, JsonNode example, JsonObject answer) => new()
    {
        ["post"] = new JsonObject
        {
            ["operationId"] = id,
            ["summary"] = summary,
            ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = body, ["example"] = example } } },
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "Predictions in the order of the rows.", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = answer } } },
                ["400"] = new JsonObject { ["description"] = "Rows that do not fit: every fault with row and column.", ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = Ref("Problem") } } },
            },
        },
    };

    private static JsonObject Tensors(ServedModel model) => new()
    {
        ["inputs"] = new JsonArray([.. Row(model).ToArray().Select((member, i) => new JsonObject
        {
            ["name"] = member.Key,
            ["shape"] = new JsonArray(1),
            ["datatype"] = Protocols.TensorTypes.Of(model.Artifact.Signature.Inputs[i].Type),
            ["data"] = new JsonArray(member.Value?.DeepClone() ?? JsonValue.Create("")),
        })]),
    };

    private static JsonObject Tensor() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["name"] = Of("string"), ["shape"] = ArrayOf(Of("integer")), ["datatype"] = Of("string"), ["data"] = new JsonObject { ["type"] = "array" } },
    };

    private static JsonObject OneOrMany() => new() { ["oneOf"] = new JsonArray(Ref("Row"), ArrayOf(Ref("Row"))) };

    private static JsonObject Wrapped(string name, JsonObject item) => new() { ["type"] = "object", ["properties"] = new JsonObject { [name] = ArrayOf(item) }, ["required"] = new JsonArray(name) };

    private static JsonObject ArrayOf(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    private static JsonObject Of(string type) => new() { ["type"] = type };

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };
}
