namespace MlServerless.Pipelines.Specs;

/// <summary>What the owner of the data promises. A promise that is not kept opens an alert.</summary>
public sealed record SourceSpec
{
    /// <summary>Who answers for the data: a team, a person or an address.</summary>
    public required string Owner { get; init; }

    /// <summary>The longest time between two uploads; null promises nothing.</summary>
    public TimeSpan? ExpectedEvery { get; init; }

    /// <summary>How old the newest data that may be trained on may become; null promises nothing.</summary>
    public TimeSpan? Freshness { get; init; }

    /// <summary>The least rows of an upload, as a fraction of the median of the uploads before it.</summary>
    public double MinimumRowRatio { get; init; } = 0.5;

    /// <summary>
    /// How much later than promised an upload may be before it is overdue: a tenth of <see cref="ExpectedEvery"/>, at least five minutes and at most a day.
    /// A supplier's job that starts on time ends a little later every day, and the app looks every five minutes.
    /// </summary>
    public static TimeSpan Grace(TimeSpan expectedEvery) =>
        TimeSpan.FromTicks(Math.Clamp(expectedEvery.Ticks / 10, 5 * TimeSpan.TicksPerMinute, TimeSpan.TicksPerDay));
}
