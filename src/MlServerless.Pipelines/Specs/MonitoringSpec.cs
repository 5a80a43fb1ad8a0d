namespace MlServerless.Pipelines.Specs;

/// <summary>How predictions are watched.</summary>
public sealed record MonitoringSpec
{
    /// <summary>Length of a window of predictions; it divides a day.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Fewer rows than this give "insufficient data".</summary>
    public int MinimumRows { get; init; } = 500;

    /// <summary>So many windows of the last <see cref="AlertOf"/> must drift for an alert.</summary>
    public int AlertWindows { get; init; } = 1;

    /// <summary>The windows that are looked at, those without enough rows left out.</summary>
    public int AlertOf { get; init; } = 1;

    /// <summary>Whether an alert of drift starts a run on the newest data.</summary>
    public bool RetrainOnDrift { get; init; }

    /// <summary>The shortest time between two runs that drift has started.</summary>
    public TimeSpan RetrainCoolDown { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The most runs that drift may start in 24 hours.</summary>
    public int RetrainsPerDay { get; init; } = 1;
}
