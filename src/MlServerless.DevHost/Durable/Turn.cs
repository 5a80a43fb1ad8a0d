using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>One call of an orchestrator that is about to be made.</summary>
/// <param name="NewEvents">Begins with orchestratorStarted.</param>
/// <param name="Taken">How many messages of the inbox are among them.</param>
internal sealed record Turn(string InstanceId, string ExecutionId, IReadOnlyList<HistoryEvent> NewEvents, int Taken, OrchestratorRequest Request);
