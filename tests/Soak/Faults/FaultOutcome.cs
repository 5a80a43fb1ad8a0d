namespace MlServerless.Soak.Faults;

/// <summary>What became of one run with one fault.</summary>
/// <param name="Call">What the fault struck; null where the run made fewer calls.</param>
/// <param name="Swept">Whether the sweep had to start the run again.</param>
/// <param name="Failure">The error of the run, where it failed; it was started again then.</param>
/// <param name="Wrong">What is not as it should be; empty where all is.</param>
internal sealed record FaultOutcome(Fault Fault, StorageCall? Call, TimeSpan Took, bool Swept, string? Failure, IReadOnlyList<string> Wrong);
