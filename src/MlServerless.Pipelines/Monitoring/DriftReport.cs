using MlServerless.Data;

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
    FeatureDrift? Predictions);
