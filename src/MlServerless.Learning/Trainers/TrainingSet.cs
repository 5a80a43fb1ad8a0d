using MlServerless.Learning.Preprocessing;

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
}
