using MlServerless.Data;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>The specs of both runs.</summary>
/// <param name="Same">Whether their canonical forms are equal.</param>
/// <param name="Changes">In the order of their paths; null where one spec is not known.</param>
public sealed record SpecDifference(bool Same, Sides<ContentHash?> Hashes, IReadOnlyList<SpecChange>? Changes);
