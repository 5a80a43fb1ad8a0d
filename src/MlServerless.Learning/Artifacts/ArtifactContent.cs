using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers;

namespace MlServerless.Learning.Artifacts;

/// <summary>Everything in an artifact.</summary>
internal sealed record ArtifactContent
{
    public required LearningTask Task { get; init; }

    public required TrainerDocument Trainer { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Parameters { get; init; }

    public required ulong Seed { get; init; }

    public required ModelSignature Signature { get; init; }

    public required IReadOnlyList<string> ClassLabels { get; init; }

    public required Preprocessor Preprocessor { get; init; }

    public required IModelBody Body { get; init; }

    public required TrainingRows Rows { get; init; }

    public required TableSketch Reference { get; init; }

    public required TableSketch? Predictions { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Null for models of before it was kept.</summary>
    public required ModelImportance? Importance { get; init; }
}
