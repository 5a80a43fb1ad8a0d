using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>What is expected of one column.</summary>
public sealed record ColumnSchema
{
    public ColumnSchema()
    {
    }

    // Through a constructor, because a deserializer sets init-only properties that the JSON leaves out to default(T).
    [JsonConstructor]
    [SetsRequiredMembers]
    public ColumnSchema(
        string name,
        ColumnType type,
        bool required = true,
        double? maxMissingFraction = null,
        double? min = null,
        double? max = null,
        IReadOnlyList<string>? values = null,
        string? explanation = null,
        long? minDistinct = null,
        long? maxDistinct = null,
        double? toleratedFraction = null,
        double? maxPsi = null,
        double? maxNewFraction = null,
        IReadOnlyList<string>? requiredIn = null,
        IReadOnlyList<string>? forbiddenIn = null)
    {
        Name = name;
        Type = type;
        Required = required;
        MaxMissingFraction = maxMissingFraction;
        Min = min;
        Max = max;
        Values = values;
        Explanation = explanation;
        MinDistinct = minDistinct;
        MaxDistinct = maxDistinct;
        ToleratedFraction = toleratedFraction;
        MaxPsi = maxPsi;
        MaxNewFraction = maxNewFraction;
        RequiredIn = requiredIn;
        ForbiddenIn = forbiddenIn;
    }

    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>Whether the file must have the column. Its values may still be missing.</summary>
    public bool Required { get; init; } = true;

    /// <summary>The largest tolerated fraction of missing values, 0 to 1; null for any.</summary>
    public double? MaxMissingFraction { get; init; }

    /// <summary>The smallest expected value (inclusive; seconds since 1970-01-01 UTC for dateTime); null for no bound.</summary>
    public double? Min { get; init; }

    /// <summary>The largest expected value (inclusive; seconds since 1970-01-01 UTC for dateTime); null for no bound.</summary>
    public double? Max { get; init; }

    /// <summary>The closed domain of a category; null for any value.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>The fewest different values; null for any.</summary>
    public long? MinDistinct { get; init; }

    /// <summary>The most different values; null for any.</summary>
    public long? MaxDistinct { get; init; }

    /// <summary>The fraction of values outside range or domain up to which that is a warning; null for that of the checks.</summary>
    public double? ToleratedFraction { get; init; }

    /// <summary>The population stability index against the version before from which the distribution has shifted; null for that of the checks.</summary>
    public double? MaxPsi { get; init; }

    /// <summary>The share of rows with categories that the version before lacks, from which they are told; null for that of the checks.</summary>
    public double? MaxNewFraction { get; init; }

    /// <summary>The only environments in which the column is required (see <see cref="SchemaEnvironments"/>); null for all, as <see cref="Required"/> says.</summary>
    public IReadOnlyList<string>? RequiredIn { get; init; }

    /// <summary>The environments in which the column must not be there; null for none.</summary>
    public IReadOnlyList<string>? ForbiddenIn { get; init; }

    /// <summary>The column as it is expected in one environment (see <see cref="DataSchema.For"/>).</summary>
    public ColumnSchema In(string environment)
    {
        bool forbidden = ForbiddenIn?.Contains(environment, StringComparer.Ordinal) ?? false;
        return this with
        {
            Required = !forbidden && (RequiredIn?.Contains(environment, StringComparer.Ordinal) ?? Required),
            RequiredIn = null,
            ForbiddenIn = forbidden ? [environment] : null,
        };
    }

    /// <summary>Why inference chose the type; null for a declared column. Names no counts, so that equal schemas of two data versions stay equal.</summary>
    public string? Explanation { get; init; }
}
