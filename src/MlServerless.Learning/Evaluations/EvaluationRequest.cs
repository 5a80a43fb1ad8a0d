using MlServerless.Data;

namespace MlServerless.Learning.Evaluations;

/// <summary>What is evaluated and how.</summary>
public sealed record EvaluationRequest
{
    public required ModelArtifact Artifact { get; init; }

    /// <summary>Rows that the model was not fitted on, with the label.</summary>
    public required Table HoldOut { get; init; }

    /// <summary>What <see cref="Scorer.Score(Table, int)"/> gives for them.</summary>
    public required double[] Scores { get; init; }

    /// <summary>Columns by which the figures are told apart, besides the search over all features.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>Column → rising limits of the ranges into which its numbers or dates are cut; for others the hold-out's own quantiles are taken.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Limits { get; init; } = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);

    /// <summary>Of a slice: with fewer rows it has no metrics, and a value is rare.</summary>
    public int MinSliceRows { get; init; } = 50;

    /// <summary>Of a binary task: the probability from which a row counts as predicted positive.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Of all intervals.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Columns that identify a row.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Of a binary task; null where they are not known.</summary>
    public ErrorCosts? Costs { get; init; }
}
