namespace MlServerless.Soak.Faults;

/// <summary>One fault.</summary>
/// <param name="Call">The number of the call that it strikes, from 1, counted since the proxy was armed.</param>
internal sealed record Fault(FaultKind Kind, int Call);
