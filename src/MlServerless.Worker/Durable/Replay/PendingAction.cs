using MlServerless.Durable.Protocol;

namespace MlServerless.Worker.Durable.Replay;

/// <summary>An action that the code took and the history has not confirmed.</summary>
internal sealed record PendingAction(ActionKind Kind, string Name, OrchestratorAction Wire)
{
    public string Describe() => Describe(Wire.Id, Kind, Name);

    public static string Describe(int id, ActionKind kind, string name) => kind switch
    {
        ActionKind.Activity => $"#{id} activity '{name}'",
        ActionKind.SubOrchestration => $"#{id} sub-orchestration '{name}'",
        ActionKind.SendEvent => $"#{id} sent event '{name}'",
        _ => $"#{id} timer",
    };
}
