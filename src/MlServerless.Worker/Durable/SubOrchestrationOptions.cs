namespace MlServerless.Worker.Durable;

/// <summary>Options of one call of a sub-orchestration.</summary>
/// <param name="Retry">Null means one attempt.</param>
/// <param name="InstanceId">Null means an id derived from the parent; a given id is used for every attempt.</param>
public sealed record SubOrchestrationOptions(TaskRetryOptions? Retry = null, string? InstanceId = null) : TaskOptions(Retry);
