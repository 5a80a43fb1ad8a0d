namespace MlServerless.Worker.Durable.Replay;

/// <summary>Kinds of actions that leave an event in the history.</summary>
internal enum ActionKind
{
    Activity,
    SubOrchestration,
    Timer,
    SendEvent,
}
