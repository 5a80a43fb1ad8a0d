using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>What the gates say of a candidate, and where that is stored.</summary>
/// <param name="Champion">Null when there is none.</param>
/// <param name="EvaluationHash">The stored evaluation that they were asked about.</param>
/// <param name="Evidence">The stored <see cref="GateEvidence"/>.</param>
public sealed record GateOutcome(GateDecision Decision, ChampionComparison? Champion, ContentHash EvaluationHash, ContentHash Evidence);
