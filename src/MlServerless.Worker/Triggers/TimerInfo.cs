namespace MlServerless.Worker;

/// <summary>What the host tells a timer function.</summary>
/// <param name="IsPastDue">True when the host was not running at the scheduled time.</param>
/// <param name="ScheduleStatus">Null when the host does not monitor the schedule.</param>
public sealed record TimerInfo(bool IsPastDue, ScheduleStatus? ScheduleStatus);
