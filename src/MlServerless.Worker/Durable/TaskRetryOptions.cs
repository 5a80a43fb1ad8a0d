namespace MlServerless.Worker.Durable;

/// <summary>How a task is tried again; a <see cref="RetryPolicy"/> converts by itself.</summary>
public sealed record TaskRetryOptions(RetryPolicy Policy)
{
    public static implicit operator TaskRetryOptions(RetryPolicy policy) => new(policy);

    public static TaskRetryOptions FromRetryPolicy(RetryPolicy policy) => new(policy);
}
