using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Artifacts;

/// <summary>The preprocessing as JSON.</summary>
internal sealed record PreprocessingDocument(int AlgorithmVersion, IReadOnlyList<InputDocument> Inputs);
