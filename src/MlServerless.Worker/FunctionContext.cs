namespace MlServerless.Worker;

/// <summary>Facts about the present call; a function of any kind but an orchestrator may ask for it as a parameter.</summary>
/// <param name="FunctionName">Name of the function.</param>
/// <param name="InvocationId">The host's id of the call; empty when the host sent none.</param>
/// <param name="HostVersion">Version of the Functions host; empty when the host sent none.</param>
public sealed record FunctionContext(string FunctionName, string InvocationId, string HostVersion);
