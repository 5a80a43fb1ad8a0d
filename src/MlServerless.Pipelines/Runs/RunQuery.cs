using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Runs;

/// <summary>What runs are looked for; what is empty or null allows all.</summary>
public sealed record RunQuery
{
    public string? Pipeline { get; init; }

    public IReadOnlyList<RunStatus> Statuses { get; init; } = [];

    public IReadOnlyList<ModelMode> Modes { get; init; } = [];

    /// <summary>The earliest claim.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Conditions on the hold-out; a run without the metric meets none.</summary>
    public IReadOnlyList<MetricCondition> Metrics { get; init; } = [];

    internal bool Matches(RunRecord run) =>
        (Statuses.Count == 0 || Statuses.Contains(run.Status))
        && (Modes.Count == 0 || Modes.Contains(run.Mode ?? ModelMode.Production))
        && (Since is not { } since || run.ClaimedAt >= since)
        && Metrics.All(condition => run.HoldOut?.Metrics.TryGetValue(condition.Metric, out double value) == true && condition.Holds(value));
}
