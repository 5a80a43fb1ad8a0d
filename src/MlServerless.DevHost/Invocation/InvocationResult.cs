using System.Text.Json;

namespace MlServerless.DevHost.Invocation;

/// <summary>What the app answered to an invocation.</summary>
/// <param name="Outputs">By binding name.</param>
/// <param name="ReturnValue"><see cref="JsonValueKind.Null"/> or Undefined when there is none.</param>
internal sealed record InvocationResult(IReadOnlyDictionary<string, JsonElement> Outputs, JsonElement ReturnValue);
