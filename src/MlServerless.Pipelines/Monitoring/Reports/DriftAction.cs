namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>What was done about the drift of a window; kept beside the report, as it is no property of the data.</summary>
/// <param name="Kind"><c>retrain</c> or <c>none</c>.</param>
/// <param name="Reason">Why, or why not.</param>
/// <param name="RunId">The run that was started.</param>
public sealed record DriftAction(string Kind, string Reason, string? RunId);
