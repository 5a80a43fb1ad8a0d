namespace MlServerless.DevHost.Invocation;

/// <summary>An orchestration to be started.</summary>
/// <param name="InstanceId">Null = a new id.</param>
/// <param name="Input">JSON text; null = no input.</param>
internal sealed record StartRequest(string FunctionName, string? InstanceId, string? Input);
