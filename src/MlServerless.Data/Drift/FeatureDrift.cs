namespace MlServerless.Data;

/// <summary>The comparison of one column.</summary>
public sealed record FeatureDrift
{
    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>One of <see cref="DriftVerdicts"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Whether the verdict is drift.</summary>
    public required bool Drifted { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// The population stability index over deciles of the reference (numbers) or its 20 most frequent categories, all others
    /// together, and those that it lacks; missing values are a bin of their own. Each bin counts half a row more, so that empty ones have a logarithm.
    /// </summary>
    public required double Psi { get; init; }

    /// <summary>The Jensen–Shannon distance (square root of the divergence to base 2) over the same bins: 0 to 1.</summary>
    public required double JensenShannon { get; init; }

    /// <summary>The largest difference of any bin's share.</summary>
    public required double LInfinity { get; init; }

    /// <summary>For numbers that are there: the Wasserstein distance, in standard deviations of the reference (of its mean's magnitude or 1 where it is constant).</summary>
    public double? Wasserstein { get; init; }

    /// <summary>For numbers that are there: the largest difference of the distribution functions at bucket borders.</summary>
    public double? KolmogorovSmirnov { get; init; }

    public required double ReferenceMissingRate { get; init; }

    public required double CurrentMissingRate { get; init; }

    /// <summary>For numbers: the share of current rows outside the range of the reference.</summary>
    public double? OutOfRangeRate { get; init; }

    /// <summary>For categories: the share of current rows whose value the reference lacks (estimated from a sample of values where there are more than 512).</summary>
    public double? UnseenRate { get; init; }

    /// <summary>Of the chi-squared test that both sides have one distribution over the bins, adjusted by Benjamini and Hochberg over the features.</summary>
    public required double PValue { get; init; }

    /// <summary>The bins and how many rows of each side fall into them; null unless asked for.</summary>
    public IReadOnlyList<BinCount>? Bins { get; init; }
}
