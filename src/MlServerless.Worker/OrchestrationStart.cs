namespace MlServerless.Worker;

/// <summary>One orchestration to be started.</summary>
/// <param name="FunctionName">Name of the orchestrator function.</param>
/// <param name="InstanceId">1 to 100 characters, without '/', '\', '#', '?' and control characters, not beginning with '@'.</param>
/// <param name="Input">The input; written as JSON when the function that returned it has ended.</param>
/// <param name="InputType">The type by which <paramref name="Input"/> is written.</param>
public sealed record OrchestrationStart(string FunctionName, string InstanceId, object? Input, Type InputType);
