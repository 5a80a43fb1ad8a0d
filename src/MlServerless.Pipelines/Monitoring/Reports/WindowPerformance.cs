using MlServerless.Pipelines.Monitoring.Feedback;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>How good the predictions of one window turned out to be.</summary>
public sealed record WindowPerformance(string Window, Performance Performance);
