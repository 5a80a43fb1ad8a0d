using MlServerless.Data;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>Datatypes of the Open Inference Protocol, and which of them go with a type of column.</summary>
internal static class TensorTypes
{
    public const string Float = "FP64";
    public const string Text = "BYTES";

    private static readonly string[] Floats = ["FP64", "FP32", "FP16"];
    private static readonly string[] Integers = ["INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8"];

    /// <summary>The datatype that the metadata name for a column. Missing numbers, flags and whole numbers can be sent as FP64 with null.</summary>
    public static string Of(ColumnType type) => type switch
    {
        ColumnType.Number => Float,
        ColumnType.Integer => "INT64",
        ColumnType.Boolean => "BOOL",
        _ => Text,
    };

    public static bool IsKnown(string datatype) => datatype is "BOOL" or Text || IsFloat(datatype) || IsInteger(datatype);

    public static bool IsFloat(string datatype) => Floats.Contains(datatype);

    public static bool IsInteger(string datatype) => Integers.Contains(datatype);

    /// <summary>Whether a column takes a tensor of that datatype: numbers take any number, strings nothing but strings.</summary>
    public static bool Fits(ColumnType type, string datatype) => type switch
    {
        ColumnType.Number or ColumnType.Integer => IsFloat(datatype) || IsInteger(datatype),
        ColumnType.Boolean => datatype == "BOOL" || IsFloat(datatype) || IsInteger(datatype),
        _ => datatype == Text,
    };
}
