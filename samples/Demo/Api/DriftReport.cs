namespace MlServerless.Demo.Api;

/// <param name="Verdict"><c>ok</c>, <c>watch</c>, <c>drift</c> or <c>insufficient data</c>.</param>
/// <param name="Predictions">The predictions themselves against those for the validation part; null where there is nothing to compare.</param>
internal sealed record DriftReport(string Model, int Version, string Verdict, long ReferenceRows, long CurrentRows, IReadOnlyList<DriftFeature> Features, DriftFeature? Predictions, string? ReportHash);
