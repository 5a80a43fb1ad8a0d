using MlServerless.Data;

namespace MlServerless.Pipelines.Exports;

/// <summary>A model version as an ONNX file.</summary>
/// <param name="FileName">A name to save it under.</param>
/// <param name="Hash">SHA-256 of the content.</param>
public sealed record OnnxModel(string FileName, ContentHash Hash, byte[] Content);
