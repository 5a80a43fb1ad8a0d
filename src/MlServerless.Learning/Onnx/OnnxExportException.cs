namespace MlServerless.Learning.Onnx;

/// <summary>The model cannot be written as ONNX. Trying again does not help.</summary>
/// <param name="message">What stands in the way and how to mend it.</param>
/// <param name="columns">The inputs that stand in the way; empty where it is none of them.</param>
public sealed class OnnxExportException(string message, IReadOnlyList<string> columns) : Exception(message)
{
    public IReadOnlyList<string> Columns { get; } = columns;
}
