using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Trainers;

/// <summary>Labelled rows, ready to be learned from.</summary>
/// <param name="Classes">Number of classes; 0 for regression.</param>
/// <param name="Targets">Class index or value of every training row, finite.</param>
/// <param name="Validation">Rows for early stopping; may be empty.</param>
internal sealed record TrainingSet(
    LearningTask Task,
    int Classes,
    EncodedRows Train,
    double[] Targets,
    EncodedRows Validation,
    double[] ValidationTargets)
{
    public Preprocessor Preprocessor => Train.Preprocessor;

    /// <summary>The classes in the order of their indices; none for regression.</summary>
    public IReadOnlyList<string> ClassLabels { get; init; } = [];

    /// <summary>The rows as trees see them, where they were binned before; <see cref="Train"/> and <see cref="Validation"/> then read from these.</summary>
    public BinnedCells? Cells { get; init; }

    /// <summary>How much each training row counts, finite and not negative; null where all count the same.</summary>
    public double[]? Weights { get; init; }

    /// <summary>The same of the validation rows.</summary>
    public double[]? ValidationWeights { get; init; }
}
