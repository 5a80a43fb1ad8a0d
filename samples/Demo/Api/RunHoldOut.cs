namespace MlServerless.Demo.Api;

/// <param name="ChampionMetrics">The champion on the same rows; null when there was none.</param>
internal sealed record RunHoldOut(IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, double>? ChampionMetrics);
