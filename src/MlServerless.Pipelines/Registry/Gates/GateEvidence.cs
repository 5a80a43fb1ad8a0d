using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>What a promotion was decided on, as it is stored.</summary>
/// <param name="ModelHash">The candidate.</param>
/// <param name="EvaluationHash">Its stored evaluation.</param>
/// <param name="HoldOutHash">The rows.</param>
/// <param name="ChampionHash">Null when there was none.</param>
/// <param name="Champion">Null when there was none.</param>
/// <param name="Gates">What each gate said.</param>
public sealed record GateEvidence(
    ContentHash ModelHash, ContentHash EvaluationHash, ContentHash HoldOutHash, ContentHash SpecHash, ContentHash? ChampionHash, ChampionComparison? Champion, IReadOnlyList<GateResult> Gates);
