namespace MlServerless.Pipelines.Specs;

/// <summary>When a pipeline trains by itself.</summary>
public sealed record ScheduleSpec
{
    /// <summary>Times in UTC; null where there are none.</summary>
    public CronSchedule? Cron { get; init; }

    /// <summary>The time between two runs; null where there is none.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Whether an upload is trained on when it comes. Otherwise it is checked, and waits for the schedule or a request.</summary>
    public bool OnUpload { get; init; } = true;

    /// <summary>The last due time that is not after a time; null where nothing was due within the last year.</summary>
    public DateTimeOffset? LastDue(DateTimeOffset now)
    {
        if (Every is { } every)
            return new DateTimeOffset(now.UtcTicks - (now.UtcTicks % every.Ticks), TimeSpan.Zero);
        return Cron?.LastDue(now);
    }
}
