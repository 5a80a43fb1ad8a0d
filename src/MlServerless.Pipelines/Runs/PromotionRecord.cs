using MlServerless.Data;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Runs;

/// <summary>What the gates decided and why, one reason per gate.</summary>
public sealed record PromotionRecord(bool Promoted, IReadOnlyList<string> Reasons)
{
    /// <summary>The gates one by one; null where none was asked.</summary>
    public IReadOnlyList<GateResult>? Gates { get; init; }

    /// <summary>The stored <see cref="GateEvidence"/>.</summary>
    public ContentHash? Evidence { get; init; }
}
