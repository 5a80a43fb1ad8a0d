namespace MlServerless.Pipelines.Specs;

/// <summary>What a candidate must reach on the hold-out to become champion.</summary>
public sealed record GateSpec
{
    /// <summary>Metric → least value.</summary>
    public IReadOnlyDictionary<string, double> Minimum { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Metric → greatest value.</summary>
    public IReadOnlyDictionary<string, double> Maximum { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>How much better than the champion it must be by the spec's metric, in that metric's unit.</summary>
    public double MinGain { get; init; }

    /// <summary>What the paired test with the champion must say, besides.</summary>
    public GateSignificance Significance { get; init; }

    /// <summary>Null where slices decide nothing.</summary>
    public SliceGateSpec? Slices { get; init; }

    /// <summary>Greatest size of the artifact; null for any.</summary>
    public long? MaxModelBytes { get; init; }

    /// <summary>Greatest 95th percentile of the time that one row takes from JSON to scores; null for any.</summary>
    public double? MaxLatencyMicroseconds { get; init; }

    /// <summary>Conditions on the figures (see <see cref="Registry.GateVariables"/>).</summary>
    public IReadOnlyList<GateRuleSpec> Rules { get; init; } = [];

    /// <summary>Conditions on every row of the hold-out and what is predicted for it.</summary>
    public IReadOnlyList<GateRuleSpec> RowRules { get; init; } = [];

    /// <summary>Whether somebody must agree, too.</summary>
    public ApprovalSpec Approval { get; init; } = new();
}
