namespace MlServerless.Worker.Durable.Replay;

internal sealed record ContinueAsNewRequest(string? Input, bool PreserveEvents);
