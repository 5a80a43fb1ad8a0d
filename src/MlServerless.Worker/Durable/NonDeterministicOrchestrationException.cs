namespace MlServerless.Worker.Durable;

/// <summary>
/// The orchestrator's code did not repeat what its history says it did, or awaited a task that no event of the history can end.
/// The orchestration fails with this type; no retry mends it.
/// </summary>
public sealed class NonDeterministicOrchestrationException(string message) : NonRetriableException(message);
