using System.Text.Json.Nodes;

namespace MlServerless.Functions.Tests.Orchestrations;

/// <summary>One call of an orchestrator.</summary>
/// <param name="Events">What was new.</param>
/// <param name="Actions">What it answered.</param>
/// <param name="Confirmed">What the engine wrote of it into the history.</param>
internal sealed record Turn(JsonArray Events, JsonArray Actions, JsonArray Confirmed);
