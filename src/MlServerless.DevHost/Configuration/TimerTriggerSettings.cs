using MlServerless.DevHost.Timers;

namespace MlServerless.DevHost.Configuration;

/// <param name="UseMonitor">Keep the last run on disk, so that a run missed during a stop is made up for.</param>
internal sealed record TimerTriggerSettings(ITimerSchedule Schedule, bool RunOnStartup, bool UseMonitor);
