namespace MlServerless.Worker;

/// <summary>
/// The function is a durable orchestrator. Its only parameter is a <see cref="Durable.TaskOrchestrationContext"/>; it awaits
/// nothing but what that context gives, and returns a task.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : Attribute;
