namespace MlServerless.Worker.Durable;

/// <param name="Value">JSON of the activity's result, null when it failed.</param>
/// <param name="Failure">Null when it succeeded.</param>
internal sealed record ActivityOutcome(string? Value, TaskFailureDetails? Failure);
