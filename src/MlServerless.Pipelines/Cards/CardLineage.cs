using MlServerless.Data;

namespace MlServerless.Pipelines.Cards;

/// <summary>From what, by hash.</summary>
/// <param name="Evidence">What the promotion was decided on; null where no gate was asked.</param>
public sealed record CardLineage(
    IReadOnlyList<string> Runs, ContentHash ModelHash, ContentHash SpecHash, ContentHash SchemaHash, ContentHash DataVersion, ContentHash? Prepared, ContentHash? Evaluation, ContentHash? Evidence, string? CodeVersion);
