using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>What a data version must have to be trained on, besides its schema, and when its difference from the one before is told.</summary>
public sealed record CheckSpec
{
    public int MinimumRows { get; init; } = 100;

    /// <summary>The fraction of rows kept out, or of values outside their domain or range, up to which a finding is a warning.</summary>
    public double ToleratedFraction { get; init; } = 0.01;

    /// <summary>The fraction of rows that may be copies of others.</summary>
    public double MaxDuplicateFraction { get; init; } = 0.05;

    /// <summary>How well a feature may predict the label alone; 1 for any.</summary>
    public double LeakScore { get; init; } = 0.98;

    /// <summary>Conditions on every row.</summary>
    public IReadOnlyList<RuleSpec> Rules { get; init; } = [];

    /// <summary>Severities by finding code that differ from the usual.</summary>
    public IReadOnlyDictionary<string, Severity> Severities { get; init; } = new Dictionary<string, Severity>(StringComparer.Ordinal);

    /// <summary>Fewer rows than this multiple of those of the version before are told.</summary>
    public double LeastRowRatio { get; init; } = 0.5;

    /// <summary>More rows than this multiple of those of the version before are told.</summary>
    public double MostRowRatio { get; init; } = 10;

    /// <summary>When a column counts as distributed otherwise than in the version before.</summary>
    public DriftOptions Shift { get; init; } = new();
}
