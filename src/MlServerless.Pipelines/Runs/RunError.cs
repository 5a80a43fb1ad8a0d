namespace MlServerless.Pipelines.Runs;

/// <summary>Why a run ended as failed or lost.</summary>
public sealed record RunError(string Type, string Message, string? Stage);
