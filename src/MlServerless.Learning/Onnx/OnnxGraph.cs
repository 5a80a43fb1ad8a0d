using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using MlServerless.Learning.Onnx.Protocol;
using ElementType = MlServerless.Learning.Onnx.Protocol.TensorProto.Types.DataType;

namespace MlServerless.Learning.Onnx;

/// <summary>
/// An ONNX graph that is being written. Nodes are added in the order of evaluation; values are named by numbers in that order, so
/// that equal models give equal bytes.
/// </summary>
/// <param name="reserved">Names of inputs and outputs, which no other value takes.</param>
internal sealed class OnnxGraph(IEnumerable<string> reserved)
{
    private const string RowsDimension = "N";
    private readonly HashSet<string> names = new(reserved, StringComparer.Ordinal);
    private readonly Dictionary<double, string> scalars = [];
    private int next;

    public GraphProto Proto { get; } = new() { Name = "model" };

    /// <summary>Declares an input of one value per row.</summary>
    public string Input(string name, ElementType type, string description)
    {
        Proto.Input.Add(new ValueInfoProto { Name = name, Type = TypeOf(type, 1), DocString = description });
        return name;
    }

    /// <summary>Declares a value as an output under another name.</summary>
    /// <param name="columns">Values per row; null for a vector with one value per row.</param>
    public void Output(string value, string name, ElementType type, int? columns, string description)
    {
        var node = new NodeProto { OpType = "Identity", Name = NewName("Identity") };
        node.Input.Add(value);
        node.Output.Add(name);
        Proto.Node.Add(node);
        Proto.Output.Add(new ValueInfoProto { Name = name, Type = TypeOf(type, columns), DocString = description });
    }

    /// <summary>Adds an operator of ai.onnx with one output.</summary>
    public string Op(string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) => Add("", type, inputs, attributes);

    /// <summary>Adds an operator of ai.onnx without attributes.</summary>
    public string Op(string type, params IEnumerable<string> inputs) => Add("", type, inputs, []);

    /// <summary>Adds an operator of ai.onnx.ml with one output.</summary>
    public string MlOp(string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) => Add("ai.onnx.ml", type, inputs, attributes);

    public string Cast(string value, ElementType type) => Op("Cast", [value], Attribute("to", (long)type));

    /// <summary>A constant without dimensions; equal ones are one.</summary>
    public string Scalar(double value)
    {
        if (!scalars.TryGetValue(value, out string? name))
            scalars.Add(value, name = Initializer(Tensor([value])));
        return name;
    }

    public string Constant(ReadOnlySpan<double> values, params ReadOnlySpan<long> dimensions) => Initializer(Tensor(values, dimensions));

    public string Constant(ReadOnlySpan<long> values, params ReadOnlySpan<long> dimensions)
    {
        byte[] raw = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * sizeof(long)), values[i]);
        return Initializer(Tensor(ElementType.Int64, raw, dimensions));
    }

    public string Constant(byte[] values, params ReadOnlySpan<long> dimensions) => Initializer(Tensor(ElementType.Uint8, values, dimensions));

    public string Constant(IReadOnlyList<string> values)
    {
        var tensor = new TensorProto { DataType = (int)ElementType.String };
        tensor.Dims.Add(values.Count);
        tensor.StringData.Add(values.Select(ByteString.CopyFromUtf8));
        return Initializer(tensor);
    }

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, ReadOnlySpan<double> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = Tensor(values, values.Length) };

    public static AttributeProto Attribute(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values);
        return attribute;
    }

    public static AttributeProto Attribute(string name, IEnumerable<ByteString> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.Add(values);
        return attribute;
    }

    private string Add(string domain, string type, IEnumerable<string> inputs, IEnumerable<AttributeProto> attributes)
    {
        string name = NewName(type);
        var node = new NodeProto { OpType = type, Domain = domain, Name = name };
        node.Input.Add(inputs);
        node.Output.Add(name);
        node.Attribute.Add(attributes);
        Proto.Node.Add(node);
        return name;
    }

    private string Initializer(TensorProto tensor)
    {
        tensor.Name = NewName("Constant");
        Proto.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string NewName(string type)
    {
        string name;
        do
            name = string.Create(CultureInfo.InvariantCulture, $"{type}_{next++}");
        while (!names.Add(name));
        return name;
    }

    private static TensorProto Tensor(ReadOnlySpan<double> values, params ReadOnlySpan<long> dimensions)
    {
        byte[] raw = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(raw.AsSpan(i * sizeof(double)), values[i]);
        return Tensor(ElementType.Double, raw, dimensions);
    }

    private static TensorProto Tensor(ElementType type, byte[] raw, ReadOnlySpan<long> dimensions)
    {
        var tensor = new TensorProto { DataType = (int)type, RawData = UnsafeByteOperations.UnsafeWrap(raw) };
        tensor.Dims.AddRange(dimensions.ToArray());
        return tensor;
    }

    private static TypeProto TypeOf(ElementType type, int? columns)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = RowsDimension });
        if (columns is { } count)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = count });
        return new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } };
    }
}
