using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>What the check of a promotion log found.</summary>
/// <param name="Intact">Whether it is what was written, as far as it was anchored.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Head">The hash of the last entry, as computed now; empty where there is none.</param>
/// <param name="Anchored">How many entries are anchored.</param>
/// <param name="Unanchored">Entries that are not anchored yet; the sweep does so within minutes.</param>
public sealed record ChainVerification(string Model, bool Intact, long Entries, ContentHash Head, int Anchored, IReadOnlyList<long> Unanchored, IReadOnlyList<ChainFault> Faults);
