namespace MlServerless.DevHost.TestApp;

/// <param name="Id">Instance id of the orchestration.</param>
/// <param name="Mode">"" or what is special: <c>fail</c>, <c>gate</c>, <c>event</c>, <c>timer</c>.</param>
public sealed record Job(string Id, string Mode);
