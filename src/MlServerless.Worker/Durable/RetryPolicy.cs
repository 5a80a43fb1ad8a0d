namespace MlServerless.Worker.Durable;

/// <summary>
/// When a failed activity or sub-orchestration is tried again. The delays are durable timers, computed from the
/// orchestration's own clock, so that every replay sees the same ones.
/// </summary>
public sealed record RetryPolicy
{
    /// <param name="maxNumberOfAttempts">Attempts in all, the first one included; at least 1.</param>
    /// <param name="firstRetryInterval">Delay before the second attempt; greater than zero.</param>
    /// <param name="backoffCoefficient">Factor from one delay to the next; at least 1.</param>
    /// <param name="maxRetryInterval">No delay is longer; null means one hour.</param>
    /// <param name="retryTimeout">No attempt starts later than this after the first; null means without limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumberOfAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        if (!(backoffCoefficient >= 1) || double.IsInfinity(backoffCoefficient))
        {
            throw new ArgumentOutOfRangeException(nameof(backoffCoefficient), backoffCoefficient, "The back-off coefficient is a finite number of at least 1.");
        }

        if (maxRetryInterval is { } max)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(max, firstRetryInterval, nameof(maxRetryInterval));
        }

        if (retryTimeout is { } timeout)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, firstRetryInterval, nameof(retryTimeout));
        }

        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? (firstRetryInterval > DefaultMaxRetryInterval ? firstRetryInterval : DefaultMaxRetryInterval);
        RetryTimeout = retryTimeout;
    }

    private static TimeSpan DefaultMaxRetryInterval => TimeSpan.FromHours(1);

    public int MaxNumberOfAttempts { get; }

    public TimeSpan FirstRetryInterval { get; }

    public double BackoffCoefficient { get; }

    public TimeSpan MaxRetryInterval { get; }

    public TimeSpan? RetryTimeout { get; }

    /// <summary>
    /// Says of a retriable failure whether to try again; must decide from its argument alone. Null means yes.
    /// A failure that is not retriable ends the attempts without asking.
    /// </summary>
    public Func<TaskFailureDetails, bool>? Handle { get; init; }

    /// <summary>The delay after the given failed attempt (1 is the first).</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        // Multiplied step by step: Math.Pow may differ between C libraries, and a replay may run on another machine.
        double ticks = FirstRetryInterval.Ticks;
        for (var i = 1; i < attempt && ticks < MaxRetryInterval.Ticks; i++)
        {
            ticks *= BackoffCoefficient;
        }

        return ticks < MaxRetryInterval.Ticks ? TimeSpan.FromTicks((long)ticks) : MaxRetryInterval;
    }
}
