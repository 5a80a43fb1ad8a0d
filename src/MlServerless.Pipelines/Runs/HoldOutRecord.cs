using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>The chosen candidate on the hold-out.</summary>
/// <param name="ScoresHash">The stored scores, row by row (<see cref="Steps.HoldOutScores"/>).</param>
/// <param name="ChampionMetrics">The champion on the same rows, as far as it could be scored; null when there was none.</param>
public sealed record HoldOutRecord(long Rows, ContentHash ScoresHash, IReadOnlyDictionary<string, double> Metrics, int? ChampionVersion, IReadOnlyDictionary<string, double>? ChampionMetrics)
{
    /// <summary>The stored <see cref="Learning.Evaluations.EvaluationReport"/>; null for runs that were evaluated before there were any.</summary>
    public ContentHash? EvaluationHash { get; init; }

    /// <summary>What a request of one row took in the serving code; null before it was packaged.</summary>
    public LatencyRecord? Latency { get; init; }
}
