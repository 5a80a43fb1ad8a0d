namespace MlServerless.Pipelines.Runs;

/// <summary>How far the schedule of a pipeline was followed.</summary>
/// <param name="Schedule">As the spec wrote it: another one begins anew.</param>
/// <param name="Last">The due time that was last looked after, or the time at which the schedule was first seen.</param>
public sealed record ScheduleState(string Schedule, DateTimeOffset Last);
