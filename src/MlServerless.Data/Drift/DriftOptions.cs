namespace MlServerless.Data;

/// <summary>
/// When a difference counts as drift. The usual bands (PSI 0.1, 0.25) miss a mean shifted by 0.3 standard deviations
/// (PSI 0.086 over deciles) and a missing rate going from 20 to 30 % (0.054); these do not.
/// </summary>
public sealed record DriftOptions
{
    /// <summary>How many rows both sides need for a verdict.</summary>
    public long MinimumRows { get; init; } = 500;

    /// <summary>The band of the population stability index.</summary>
    public double Psi { get; init; } = 0.05;

    /// <summary>The band of the Wasserstein distance of numbers, in standard deviations of the reference.</summary>
    public double Wasserstein { get; init; } = 0.1;

    /// <summary>The band of absolute changes of rates: missing values, numbers outside the range of the reference.</summary>
    public double RateChange { get; init; } = 0.05;

    /// <summary>The band of the rate of categories that the reference lacks.</summary>
    public double UnseenRate { get; init; } = 0.01;

    /// <summary>The false discovery rate over the features of one comparison.</summary>
    public double Significance { get; init; } = 0.01;

    /// <summary>The part of a band from which a significant difference is watched.</summary>
    public double WatchFraction { get; init; } = 0.5;

    /// <summary>The part of the model's decisions that drifting features must carry together, where it is known, for drift to be the verdict.</summary>
    public double MinimumWeight { get; init; } = 0.02;

    /// <summary>Whether the comparison of a feature tells the counts of its bins.</summary>
    public bool KeepBins { get; init; }
}
