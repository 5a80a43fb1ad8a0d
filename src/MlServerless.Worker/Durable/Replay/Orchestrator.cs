namespace MlServerless.Worker.Durable.Replay;

/// <summary>An orchestrator's code as the replay sees it.</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Start">Calls the code; ends with its result.</param>
/// <param name="ResultType">Type by which the result is written as JSON; void for none.</param>
internal sealed record Orchestrator(string Name, Func<TaskOrchestrationContext, Task<object?>> Start, Type ResultType);
