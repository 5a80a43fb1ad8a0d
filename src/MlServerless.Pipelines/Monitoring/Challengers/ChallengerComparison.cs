using MlServerless.Data;
using MlServerless.Pipelines.Monitoring.Feedback;

namespace MlServerless.Pipelines.Monitoring.Challengers;

/// <summary>Champion and challenger on the same captured rows.</summary>
/// <param name="Windows">The windows that the rows came in, the oldest first.</param>
/// <param name="Rows">Rows that both have scored.</param>
/// <param name="Refused">Rows that do not fit the challenger.</param>
/// <param name="Masked">Columns that were not kept and that both saw as missing: what the comparison does not show.</param>
public sealed record ChallengerComparison(
    string Model, int ChampionVersion, ContentHash ChampionHash, int ChallengerVersion, ContentHash ChallengerHash, DateTimeOffset At, IReadOnlyList<string> Windows, long Rows, long Refused, IReadOnlyList<string> Masked)
{
    /// <summary>The share of rows with the same predicted class; null for a regression.</summary>
    public double? Agreement { get; init; }

    /// <summary>Rows by what the champion and the challenger predict, where they differ.</summary>
    public IReadOnlyList<LabelFlip> Flips { get; init; } = [];

    /// <summary>Means of the probability (of the champion's class, where there are several) or value.</summary>
    public double ChampionMean { get; init; }

    public double ChallengerMean { get; init; }

    public double MeanAbsoluteDifference { get; init; }

    public double LargestDifference { get; init; }

    /// <summary>Population stability index between the two distributions of predictions.</summary>
    public double? Psi { get; init; }

    /// <summary>On the rows whose truth is known; null where none is.</summary>
    public Performance? ChampionPerformance { get; init; }

    public Performance? ChallengerPerformance { get; init; }
}
