namespace MlServerless.Worker.Durable.Replay;

/// <summary>An activity, sub-orchestration or timer whose end the history has not told yet.</summary>
internal sealed record OpenCall(ActionKind Kind, string Name, OpenTask Task);
