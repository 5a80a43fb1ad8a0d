using MlServerless.Data;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Monitoring.Reports;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>How far what a model is given has moved from what it was trained on. Identified by the hash of its canonical JSON; no time is inside.</summary>
/// <param name="Predictions">The model's predictions against those it gave on the validation part; null where there is nothing to compare.</param>
public sealed record DriftReport(
    string Model,
    int Version,
    ContentHash ModelHash,
    DriftSource Source,
    string Verdict,
    string Reason,
    long ReferenceRows,
    long CurrentRows,
    IReadOnlyList<FeatureDrift> Features,
    FeatureDrift? Predictions)
{
    /// <summary>Features that moved, the one first that is likely to have done most.</summary>
    public IReadOnlyList<DriftCause> Causes { get; init; } = [];

    /// <summary>Comparisons with the window before and with that of a week ago, where there are such.</summary>
    public IReadOnlyList<ReferenceComparison> Others { get; init; } = [];

    public AttributionDrift? Attribution { get; init; }

    /// <summary>How good the predictions turned out to be; null for a data version.</summary>
    public Performance? Performance { get; init; }

    /// <summary>The windows before, with the labels that have come since; the oldest first.</summary>
    public IReadOnlyList<WindowPerformance> History { get; init; } = [];

    /// <summary>For binary models.</summary>
    public EstimatedPerformance? Estimated { get; init; }

    /// <summary>Requests, refusals by column, latencies, CPU and memory; null for a data version.</summary>
    public TrafficCounts? Traffic { get; init; }
}
