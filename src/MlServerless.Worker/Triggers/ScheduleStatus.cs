namespace MlServerless.Worker;

/// <summary>Times of a timer's schedule as its monitor keeps them.</summary>
public sealed record ScheduleStatus(DateTimeOffset Last, DateTimeOffset Next, DateTimeOffset LastUpdated);
