namespace MlServerless.DevHost.Timers;

/// <summary>A run every <paramref name="Interval"/>, counted from the run before.</summary>
internal sealed record IntervalSchedule(TimeSpan Interval) : ITimerSchedule
{
    public bool AdjustForDst => false;

    public bool IsMonitored => Interval >= TimeSpan.FromMinutes(1);

    public DateTime Next(DateTime after) => after + Interval;
}
