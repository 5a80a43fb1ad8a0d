using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using MlServerless.Data;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Onnx.Protocol;
using ElementType = MlServerless.Learning.Onnx.Protocol.TensorProto.Types.DataType;

namespace MlServerless.Learning.Onnx;

/// <summary>
/// Writes a model with its preprocessing as ONNX (ai.onnx 17, ai.onnx.ml 3). One input per feature, [N, 1], named as its column:
/// categories are strings ("" is missing), dates doubles (seconds since 1970-01-01 UTC), all others numbers (booleans 0 or 1), NaN is
/// missing. Outputs: "scores" [N, outputs] of doubles, as <see cref="Scorer.Score(FeatureRow, Span{double})"/> gives them, and for
/// classes "label" [N] of strings. Equal artifacts give equal bytes.
/// </summary>
public static class OnnxExporter
{
    /// <summary>Goes up when the same artifact would give other bytes.</summary>
    public const int Version = 1;

    private const int IrVersion = 8;
    private const int OpsetVersion = 17;
    private const int MlOpsetVersion = 3;

    /// <exception cref="OnnxExportException">The model has inputs that ONNX cannot express, or is too large.</exception>
    public static byte[] Export(ModelArtifact artifact, OnnxNumbers numbers = OnnxNumbers.Float)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        RefuseTexts(artifact.Signature);
        ArtifactContent content = artifact.Content;
        string[] columns = [.. content.Signature.Inputs.Select(input => input.Name)];
        string scores = Free("scores", columns);
        string label = Free("label", columns);
        var graph = new OnnxGraph([.. columns, scores, label]);
        string[] inputs = [.. content.Signature.Inputs.Select(field => graph.Input(field.Name, TypeOf(field.Type, numbers), Describe(field.Type)))];
        string raw = content.Body.AddTo(new OnnxSlots(graph, content.Preprocessor, inputs));
        AddOutputs(graph, content, raw, scores, label);
        return Model(artifact, graph.Proto).ToByteArray();
    }

    private static void RefuseTexts(ModelSignature signature)
    {
        string[] texts = [.. signature.Inputs.Where(input => input.Type == ColumnType.Text).Select(input => input.Name)];
        if (texts.Length > 0)
            throw new OnnxExportException(
                $"The model reads {(texts.Length == 1 ? "a text" : "texts")}, {string.Join(", ", texts.Select(name => $"'{name}'"))}: hashing words has no operator in ONNX. "
                + "Exclude such columns (features.exclude), or declare those with few different values as categories (columns), and train again.",
                texts);
    }

    private static void AddOutputs(OnnxGraph graph, ArtifactContent content, string raw, string scores, string label)
    {
        int classes = content.ClassLabels.Count;
        switch (content.Task)
        {
            case LearningTask.Regression:
                graph.Output(raw, scores, ElementType.Double, 1, "The predicted value.");
                return;
            case LearningTask.Binary:
                string probability = graph.Op("Sigmoid", raw);
                graph.Output(probability, scores, ElementType.Double, 1, $"The probability of '{content.ClassLabels[1]}'.");
                string positive = graph.Op("GreaterOrEqual", probability, graph.Scalar(0.5));
                AddLabel(graph, content, graph.Op("Reshape", graph.Cast(positive, ElementType.Int64), graph.Constant([-1L], 1)), label);
                return;
            default:
                string probabilities = graph.Op("Softmax", [raw], OnnxGraph.Attribute("axis", 1));
                graph.Output(probabilities, scores, ElementType.Double, classes, $"The probabilities of: {string.Join(", ", content.ClassLabels)}.");
                AddLabel(graph, content, graph.Op("ArgMax", [probabilities], OnnxGraph.Attribute("axis", 1), OnnxGraph.Attribute("keepdims", 0)), label);
                return;
        }
    }

    private static void AddLabel(OnnxGraph graph, ArtifactContent content, string index, string name) =>
        graph.Output(graph.Op("Gather", graph.Constant(content.ClassLabels), index), name, ElementType.String, null, "The predicted class.");

    private static ModelProto Model(ModelArtifact artifact, GraphProto graph)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "MlServerless",
            ProducerVersion = Version.ToString(CultureInfo.InvariantCulture),
            ModelVersion = 1,
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OpsetVersion });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = MlOpsetVersion });
        AddProperty("modelHash", artifact.Hash.Hex);
        AddProperty("schemaHash", artifact.Signature.SchemaHash.Hex);
        AddProperty("task", JsonNamingPolicy.CamelCase.ConvertName(artifact.Task.ToString()));
        AddProperty("trainer", artifact.Trainer);
        AddProperty("target", artifact.Signature.Label);
        AddProperty("classLabels", JsonSerializer.Serialize(artifact.ClassLabels, ArtifactJsonContext.Default.IReadOnlyListString));
        return model;

        void AddProperty(string key, string value) => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private static ElementType TypeOf(ColumnType type, OnnxNumbers numbers) => type switch
    {
        ColumnType.Category => ElementType.String,
        ColumnType.DateTime => ElementType.Double,
        _ => numbers == OnnxNumbers.Double ? ElementType.Double : ElementType.Float,
    };

    private static string Describe(ColumnType type) => type switch
    {
        ColumnType.Category => "A category; empty where missing.",
        ColumnType.DateTime => "Seconds since 1970-01-01 UTC; NaN where missing.",
        ColumnType.Boolean => "1 for true, 0 for false; NaN where missing.",
        ColumnType.Integer => "A whole number; NaN where missing.",
        _ => "A number; NaN where missing.",
    };

    private static string Free(string name, string[] taken)
    {
        while (taken.Contains(name, StringComparer.Ordinal))
            name += "_";
        return name;
    }
}
