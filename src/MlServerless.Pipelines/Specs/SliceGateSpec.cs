namespace MlServerless.Pipelines.Specs;

/// <summary>What must hold for the slices of <see cref="EvaluationSpec.Slices"/> that have rows enough.</summary>
public sealed record SliceGateSpec
{
    /// <summary>Metric → least value in every slice.</summary>
    public IReadOnlyDictionary<string, double> Minimum { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Metric → greatest value in every slice.</summary>
    public IReadOnlyDictionary<string, double> Maximum { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Metric → greatest difference between two slices of a column.</summary>
    public IReadOnlyDictionary<string, double> MaxDifference { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Metric → least ratio of the smallest to the largest value of the slices of a column.</summary>
    public IReadOnlyDictionary<string, double> MinRatio { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Whether no slice may be worse than with the champion, beyond chance.</summary>
    public bool NoneWorse { get; init; }
}
