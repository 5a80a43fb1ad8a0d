namespace MlServerless.Worker.Durable;

/// <summary>Options of one call of an activity or a sub-orchestration.</summary>
/// <param name="Retry">Null means one attempt.</param>
public record TaskOptions(TaskRetryOptions? Retry = null)
{
    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(policy);

    /// <summary>The same options with an id for the sub-orchestration.</summary>
    public SubOrchestrationOptions WithInstanceId(string instanceId) => new(Retry, instanceId);
}
