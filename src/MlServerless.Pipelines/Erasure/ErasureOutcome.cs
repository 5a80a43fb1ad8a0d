using MlServerless.Data;

namespace MlServerless.Pipelines.Erasure;

/// <summary>What was done with one data version.</summary>
/// <param name="Rows">How many of its rows had one of the keys.</param>
/// <param name="Version">The version without them; null where there were none.</param>
/// <param name="Bytes">The size of that version.</param>
/// <param name="Parts">How many parts it has.</param>
/// <param name="Unsearched">Why its rows could not be told by key; null where they could.</param>
public sealed record ErasureOutcome(long Rows, ContentHash? Version, long Bytes, int Parts, string? Unsearched)
{
    public static ErasureOutcome Untouched { get; } = new(0, null, 0, 0, null);
}
