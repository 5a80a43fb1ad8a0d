using System.Text.Json.Nodes;
using MlServerless.Data;

namespace MlServerless.Learning;

/// <summary>Everything a training is made of. The same values give the same artifact, byte for byte, whatever <see cref="Threads"/> is.</summary>
public sealed record TrainingRequest
{
    public required LearningTask Task { get; init; }

    /// <summary>Name of the label column.</summary>
    public required string Label { get; init; }

    /// <summary>The class of a binary task whose probability is predicted; null for the last of the two in ordinal order.</summary>
    public string? PositiveClass { get; init; }

    /// <summary>Names of the feature columns, in the order of the signature.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    public required DataSchema Schema { get; init; }

    /// <summary>Rows to fit on. Rows without a label are left out.</summary>
    public required Table Train { get; init; }

    /// <summary>Rows for early stopping and for the metrics in the artifact; may be empty.</summary>
    public required Table Validation { get; init; }

    /// <summary>One of <see cref="ModelTrainer.TrainerNames"/>.</summary>
    public required string Trainer { get; init; }

    /// <summary>Settings of the trainer; null for its defaults.</summary>
    public JsonObject? Parameters { get; init; }

    /// <summary>How texts become numbers.</summary>
    public TextOptions Text { get; init; } = TextOptions.Default;

    public ulong Seed { get; init; }

    /// <summary>Threads at most.</summary>
    public int Threads { get; init; } = 1;

    public ITrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>Told how far the training is, 0 to 1, from the training's thread.</summary>
    public Action<double>? Progress { get; init; }
}
