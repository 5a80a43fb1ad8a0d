using MlServerless.Data;
using MlServerless.Learning.Artifacts;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>What a file of binned rows says before its cells.</summary>
/// <param name="Format">Goes up when the layout changes.</param>
/// <param name="Edges">The upper edges of every slot's bins; none for a category.</param>
/// <param name="Weighted">Whether every target is followed by a weight.</param>
/// <param name="Reference">The features of the training part.</param>
internal sealed record BinnedHeader(
    int Format,
    LearningTask Task,
    IReadOnlyList<string> ClassLabels,
    SignatureDocument Signature,
    PreprocessingDocument Preprocessing,
    IReadOnlyList<IReadOnlyList<double>> Edges,
    TrainingRows Rows,
    bool Weighted,
    TableSketch Reference);
