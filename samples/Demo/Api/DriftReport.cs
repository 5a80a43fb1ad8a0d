namespace MlServerless.Demo.Api;

/// <param name="Verdict"><c>ok</c>, <c>watch</c>, <c>drift</c> or <c>insufficient data</c>.</param>
internal sealed record DriftReport(string Model, int Version, string Verdict, long ReferenceRows, long CurrentRows, IReadOnlyList<DriftFeature> Features, string? ReportHash);
