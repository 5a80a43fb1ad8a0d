using MlServerless.Data;
using MlServerless.Learning.Evaluations;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>What differs from run a to run b.</summary>
public sealed record RunDiff
{
    public required RunSide A { get; init; }

    public required RunSide B { get; init; }

    public required DataDifference Data { get; init; }

    public required SpecDifference Spec { get; init; }

    public required CodeDifference Code { get; init; }

    /// <summary>Stage by stage, in the order in which they are done: what first made the two differ stands first.</summary>
    public required IReadOnlyList<StageDifference> Stages { get; init; }

    /// <summary>What each run's own evaluation said, on its own hold-out, with intervals; null where it came to none, or its report is no longer kept.</summary>
    public required Sides<IReadOnlyDictionary<string, MetricEstimate>?> Evaluations { get; init; }

    /// <summary>The rows on which both models were scored for this answer, or why there are none.</summary>
    public required CommonHoldOut HoldOut { get; init; }

    /// <summary>Both models on these rows, metric by metric; empty where there are none.</summary>
    public IReadOnlyList<MetricDifference> Metrics { get; init; } = [];

    /// <summary>What the models rely on, what changed most first; null where one of them does not tell.</summary>
    public IReadOnlyList<ImportanceDifference>? Importance { get; init; }

    /// <summary>Predictions for these rows; null where there are none.</summary>
    public PredictionDifference? Predictions { get; init; }
}
