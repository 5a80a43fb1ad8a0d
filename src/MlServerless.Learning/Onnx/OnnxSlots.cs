using System.Text;
using MlServerless.Data;
using MlServerless.Learning.Preprocessing;
using ElementType = MlServerless.Learning.Onnx.Protocol.TensorProto.Types.DataType;

namespace MlServerless.Learning.Onnx;

/// <summary>
/// The preprocessing of a model as ONNX: the slots of its inputs, added to the graph when a model asks for them. Numbers are doubles
/// from the first operator on, so that every comparison and every sum is the one that the scorer makes.
/// </summary>
internal sealed class OnnxSlots
{
    /// <summary>What a file or a request may write for a missing value (<see cref="ValueParser.IsMissing"/>).</summary>
    private static readonly string[] MissingWords =
        ["", " ", "NA", "NaN", "nan", "N/A", "n/a", "null", "NULL", "None", "#N/A", "<NA>", "-NaN", "-nan"];

    private readonly OnnxGraph graph;
    private readonly Preprocessor preprocessor;
    private readonly string[] inputs;
    private readonly string?[] values;

    /// <param name="inputs">The graph's input for every input of the model.</param>
    public OnnxSlots(OnnxGraph graph, Preprocessor preprocessor, string[] inputs)
    {
        this.graph = graph;
        this.preprocessor = preprocessor;
        this.inputs = inputs;
        values = new string?[preprocessor.Slots.Count];
    }

    public OnnxGraph Graph => graph;

    public IReadOnlyList<Slot> Slots => preprocessor.Slots;

    /// <summary>A slot as [N, 1]: a double that is NaN where missing, or the bucket of a category as an int64.</summary>
    public string Value(int slot)
    {
        if (values[slot] is null)
            Add(preprocessor.Slots[slot].Input);
        return values[slot]!;
    }

    /// <summary>A category's bucket as [N].</summary>
    public string BucketVector(int slot) => graph.Op("Reshape", Value(slot), graph.Constant([-1L], 1));

    /// <summary>A zero for every row, as [N, 1] of doubles.</summary>
    public string Zeros()
    {
        string any = Slots[0].IsCategory ? Value(0) : graph.Op("IsNaN", Value(0));
        return graph.Op("Mul", graph.Cast(any, ElementType.Double), graph.Scalar(0));
    }

    private void Add(int input)
    {
        Span<string?> target = values.AsSpan(preprocessor.FirstSlot(input));
        switch (preprocessor.Inputs[input])
        {
            case NumberEncoder:
                target[0] = FiniteOrMissing(graph.Cast(inputs[input], ElementType.Double), double.MaxValue);
                break;
            case CategoryEncoder category:
                target[0] = Bucket(category, inputs[input]);
                break;
            case DateTimeEncoder dates:
                OnnxCalendar.Add(graph, dates, inputs[input], target);
                break;
            case InputEncoder other:
                throw new OnnxExportException($"The input '{other.Name}' of type {other.Type} has no form in ONNX.", [other.Name]);
        }
    }

    /// <summary>The value where its size is at most the bound, NaN elsewhere.</summary>
    private string FiniteOrMissing(string value, double bound) =>
        graph.Op("Where", graph.Op("LessOrEqual", graph.Op("Abs", value), graph.Scalar(bound)), value, graph.Scalar(double.NaN));

    private string Bucket(CategoryEncoder category, string input)
    {
        List<string> keys = [.. category.Vocabulary];
        List<long> buckets = [.. Enumerable.Range(Buckets.First, category.Vocabulary.Count)];
        var known = new HashSet<string>(category.Vocabulary.Concat(category.Rare), StringComparer.Ordinal);
        foreach (string word in MissingWords.Where(word => !known.Contains(word)))
        {
            keys.Add(word);
            buckets.Add(Buckets.Missing);
        }
        return graph.MlOp(
            "LabelEncoder",
            [input],
            OnnxGraph.Attribute("keys_strings", keys.Select(Google.Protobuf.ByteString.CopyFromUtf8)),
            OnnxGraph.Attribute("values_int64s", buckets),
            OnnxGraph.Attribute("default_int64", Buckets.Other));
    }
}
