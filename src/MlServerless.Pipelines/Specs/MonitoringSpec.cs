namespace MlServerless.Pipelines.Specs;

/// <summary>How predictions are watched.</summary>
public sealed record MonitoringSpec
{
    /// <summary>Length of a window of predictions; it divides a day.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Fewer rows than this give "insufficient data".</summary>
    public int MinimumRows { get; init; } = 500;
}
