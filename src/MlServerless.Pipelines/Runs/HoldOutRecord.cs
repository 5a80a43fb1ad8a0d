using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>The chosen candidate on the hold-out.</summary>
/// <param name="ScoresHash">The stored scores, row by row (<see cref="Steps.HoldOutScores"/>).</param>
/// <param name="ChampionMetrics">The champion on the same rows, as far as it could be scored; null when there was none.</param>
public sealed record HoldOutRecord(long Rows, ContentHash ScoresHash, IReadOnlyDictionary<string, double> Metrics, int? ChampionVersion, IReadOnlyDictionary<string, double>? ChampionMetrics);
