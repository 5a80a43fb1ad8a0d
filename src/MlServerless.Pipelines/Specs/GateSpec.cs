namespace MlServerless.Pipelines.Specs;

/// <summary>What a candidate must reach on the hold-out to become champion.</summary>
public sealed record GateSpec
{
    /// <summary>Metric → least value.</summary>
    public IReadOnlyDictionary<string, double> Minimum { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Metric → greatest value.</summary>
    public IReadOnlyDictionary<string, double> Maximum { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>How much better than the champion it must be by the spec's metric, in that metric's unit; at 0 it may be equal.</summary>
    public double MinGain { get; init; }
}
