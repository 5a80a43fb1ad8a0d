namespace MlServerless.DevHost.Timers;

/// <summary>The last run of a timer as the host keeps it (UTC).</summary>
internal sealed record TimerStatus(DateTime Last, DateTime Next, DateTime LastUpdated);
