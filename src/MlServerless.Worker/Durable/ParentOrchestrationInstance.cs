namespace MlServerless.Worker.Durable;

/// <summary>The orchestration that started this one as its sub-orchestration.</summary>
public sealed record ParentOrchestrationInstance(TaskName Name, string InstanceId);
