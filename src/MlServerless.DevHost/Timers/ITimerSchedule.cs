namespace MlServerless.DevHost.Timers;

/// <summary>When a timer function runs. All times are UTC.</summary>
internal interface ITimerSchedule
{
    /// <summary>As the host writes it into the trigger's payload: true for cron, false for a constant interval.</summary>
    bool AdjustForDst { get; }

    /// <summary>The host watches schedules of a minute and longer, so that a missed run is made up for.</summary>
    bool IsMonitored { get; }

    /// <summary>The first time strictly after <paramref name="after"/>.</summary>
    DateTime Next(DateTime after);
}
