namespace MlServerless.Pipelines.Monitoring;

/// <summary>When drift has started runs, in the last 24 hours and the last time.</summary>
public sealed record RetrainLog(IReadOnlyList<DateTimeOffset> Started);
